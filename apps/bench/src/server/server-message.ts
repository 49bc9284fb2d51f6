import type { HostName } from '../host/host-name.ts'
import type { ServerUsage } from './server-usage.ts'

export interface ServerSettings {
  readonly host: HostName
  /** `name` or `name:parameter`. */
  readonly contestant: string
  readonly workload: string
  /** Of service times. */
  readonly seed: number
}

/** What the bench asks of a server's process. */
export type ServerRequest =
  | { readonly kind: 'usage' }
  /** The guard refuses every request from now on; from the first on, the server works for `burstMs` in each turn. */
  | { readonly kind: 'refuse-all'; readonly burstMs: number }

/** What a server's process tells the bench. */
export type ServerMessage =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'usage'; readonly readings: readonly ServerUsage[] }
  | { readonly kind: 'refusing'; readonly can: boolean }
