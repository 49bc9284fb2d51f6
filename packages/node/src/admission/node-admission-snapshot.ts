import type { AdmissionSnapshot, PlainOptions, ShadowSnapshot, TopTalker } from '@headgate/core'
import type { CoalesceSnapshot } from '../coalesce/coalesce-counters.ts'
import type { SlowClients } from '../slow/slow-clients.ts'
import type { Readiness, ReadinessState } from '../warm-up/readiness.ts'
import type { ConfiguredOptions } from './configured-options.ts'
import type { ErrorReports } from './error-reports.ts'
import type { HeldWork } from './held-work.ts'
import type { ListenerLoss } from './listener-losses.ts'
import type { AdmissionMode, ResolvedRuntime } from './runtime-options.ts'

/** What the parts of a host say, beside the core and the keeper of its decisions. */
type OfHost =
  | 'malformed'
  | 'options'
  | 'routes'
  | 'untoldRoutes'
  | 'errors'
  | 'abandoned'
  | 'overdue'
  | 'detached'
  | 'cutOff'
  | 'readiness'
  | 'coalesced'

/** The core's snapshot, and what only the host knows. Plain JSON. */
export interface NodeAdmissionSnapshot extends AdmissionSnapshot {
  /** Errors of the user's own functions: what they threw, and promises where an answer was needed. */
  readonly errors: number
  /** Handlers that go on after their client has left. They are among `inFlight`. */
  readonly abandoned: number
  /** Permits given back, in all, from handlers that had not ended. */
  readonly overdue: number
  /** Permits given back, in all, while a client was slow to send or to read. */
  readonly detached: number
  /** Clients that were too slow, in all, and whose connections were ended. */
  readonly cutOff: number
  readonly mode: AdmissionMode
  /** Where the process is on its way from its start to its end: `ready()` is true for `ready` alone. */
  readonly readiness: ReadinessState
  /** What would have been said to requests in shadow, and how they ended in fact. */
  readonly shadow: ShadowSnapshot
  /** Tenants that asked most in the last one to two minutes, most first: what each got and lost. */
  readonly topTalkers: readonly TopTalker[]
  /** What each listener of `subscribe` did not hear, and threw, by its name. */
  readonly listeners: Readonly<Record<string, ListenerLoss>>
  /** Requests of routes that coalesce. */
  readonly coalesced: CoalesceSnapshot
  /** Every option as it is now, those of the hosts too, by its whole name; a function is told as `function`. */
  readonly options: PlainOptions
  /** What single routes say, by route; of no more than 64. With Express and Koa from the first request of each. */
  readonly routes: Readonly<Record<string, PlainOptions>>
  /** Routes beyond those. */
  readonly untoldRoutes: number
}

/** What the parts of a host say of themselves; what the core says goes into it. */
export function describeHost(
  parts: {
    readonly errors: ErrorReports
    readonly held: HeldWork
    readonly slow: SlowClients
    readonly readiness: Readiness
    readonly aside: { readonly coalesced: { snapshot(): CoalesceSnapshot } }
    readonly configured: ConfiguredOptions
    readonly runtime: ResolvedRuntime
  },
  core: AdmissionSnapshot,
): Pick<NodeAdmissionSnapshot, OfHost> {
  const { errors, held, slow, readiness, aside, configured, runtime } = parts
  const { abandoned, overdue, detached } = held
  return {
    malformed: core.malformed + errors.malformed,
    errors: errors.count,
    abandoned,
    overdue,
    detached,
    cutOff: slow.cutOff,
    readiness: readiness.state,
    coalesced: aside.coalesced.snapshot(),
    options: configured.describe(core.options, runtime),
    routes: configured.routes.all,
    untoldRoutes: configured.routes.untold,
  }
}
