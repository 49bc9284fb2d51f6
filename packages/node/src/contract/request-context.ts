import { AsyncLocalStorage } from 'node:async_hooks'
import type { Tier } from '@headgate/core'

/** What the work for a request can know of it, wherever it is: what calls to other services pass on. */
export interface RequestContext {
  /** How important the request is, as its sender or its route says. */
  readonly tier: Tier
  /** Who asked, where somebody was named; a name longer than 128 by its hash. */
  readonly tenant: string | undefined
  /** 0 to 1: how close the process is to its end. */
  readonly pressure: number
  /** Which attempt of its sender's this is, from 1: above it, whoever is called should not try again itself. */
  readonly attempt: number
  /** Milliseconds until the answer is useless, at least 0; `Infinity` without a deadline. */
  remainingMs(): number
}

// Registered: the client and the plugin may come with two copies of this package.
const kStorage = Symbol.for('headgate.context')

const registry = globalThis as { [kStorage]?: AsyncLocalStorage<RequestContext> }

function storageOf(): AsyncLocalStorage<RequestContext> {
  registry[kStorage] ??= new AsyncLocalStorage()
  return registry[kStorage]
}

/**
 * The request that the running code works for, through every `await` and callback. Undefined outside of
 * one, for an exempt one, and wherever `context: true` was not set: entering it costs something on every
 * request.
 */
export function context(): RequestContext | undefined {
  return registry[kStorage]?.getStore()
}

/** Runs `work` so that it, and all that it starts, finds `request` by `context()`. */
export function runInContext<Result>(request: RequestContext, work: () => Result): Result {
  return storageOf().run(request, work)
}
