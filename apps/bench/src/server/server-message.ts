import type { ServerUsage } from './server-usage.ts'

/** A request to it is never answered: it keeps its permit. */
export const HOLD_PATH: string = '/hold'

export interface ServerSettings {
  /** `name` or `name:parameter`. */
  readonly contestant: string
  readonly workload: string
  /** Of service times. */
  readonly seed: number
}

/** What a server's process tells the bench. */
export type ServerMessage =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'usage'; readonly readings: readonly ServerUsage[] }
