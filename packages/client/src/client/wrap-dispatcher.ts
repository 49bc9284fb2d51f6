import type { Dispatch, DispatcherLike } from '../handler/handler.ts'

/**
 * A dispatcher that is `base` in everything but these members: so all of undici's ways to make a request go
 * through `dispatch`, of whichever major it is. Undici's own `compose` would adapt old handlers in a way
 * that merges cookies (7), or not at all (8).
 */
export function wrapDispatcher<Base extends DispatcherLike, Members extends object>(
  base: Base,
  members: Members & { readonly dispatch: Dispatch },
): Base & Members {
  return new Proxy(base, {
    get: (target, name) =>
      Object.hasOwn(members, name)
        ? members[name as keyof typeof members]
        : target[name as keyof Base],
  }) as Base & Members
}
