import type { Random } from '../random/random.ts'

/**
 * Whose request it is. `serial` counts the requests of an open loop, and is the number of the client in a
 * closed one.
 */
export type TenantKey = (random: Random, serial: number) => string | undefined

/** Always the same tenant. */
export function oneTenant(name: string): TenantKey {
  return () => name
}

/** Any of `count` tenants, each as likely: `name-0`, `name-1` and so on. */
export function anyTenant(name: string, count: number): TenantKey {
  const names = Array.from({ length: count }, (_, index) => `${name}-${index}`)
  return (random) => names[Math.floor(random() * count)]
}

/** Each of `count` tenants in turn: in a closed loop, each has as many clients as the others. */
export function eachTenant(name: string, count: number): TenantKey {
  const names = Array.from({ length: count }, (_, index) => `${name}-${index}`)
  return (_random, serial) => names[serial % count]
}

/** A key that nobody has used before, as somebody makes them who wants to get round shares. */
export function mintedTenant(name: string): TenantKey {
  return (_random, serial) => `${name}-${serial}`
}
