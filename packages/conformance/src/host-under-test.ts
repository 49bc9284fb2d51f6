import type { Server } from 'node:http'
import type { Http2SecureServer, Http2Server } from 'node:http2'
import type { Judging } from './judging.ts'
import type { Occupied } from './occupy.ts'
import type { Service } from './service.ts'

/** What the suite asks of an admission. This package imports none: those that do are tested with it. */
export interface AdmissionUnderTest extends Occupied, Judging {
  snapshot(): {
    readonly inFlight: number
    readonly queued: number
    readonly abandoned: number
    readonly overdue: number
    readonly detached: number
    readonly errors: number
    readonly malformed: number
    readonly admitted: {
      readonly important: number
      readonly optional: number
      readonly opportunistic: number
    }
    readonly rejected: { readonly important: Readonly<Partial<Record<string, number>>> }
    /** Requests that share an answer: how many wait now, and what became of others. */
    readonly coalesced: {
      readonly waiting: number
      readonly hitForMiss: number
      readonly cutOff: number
    }
    readonly options: Readonly<Record<string, number | string | boolean>>
  }
  close(): void
}

/** Options of the admission that a host is to make. */
export interface GateOptions {
  readonly limit?: number
  readonly maxHoldMs?: number
  readonly queue?:
    | false
    | { readonly maxWaitMs?: number; readonly maxQueued?: number; readonly order?: 'fifo' }
}

/** Options of the host itself, by the same names for each. Functions get whatever the host asks with. */
export interface HostOptions {
  readonly context?: boolean
  readonly trust?: () => boolean
  readonly onReject?: () => unknown
  readonly headers?: {
    readonly names?: { readonly nack?: string }
    readonly overloadScope?: 'service'
    readonly pushback?: boolean
    readonly rateLimit?: boolean
    readonly loadHint?: boolean
    readonly capabilities?: readonly ('cancel' | 'no-hedge')[]
    readonly cors?: { readonly origins: readonly string[]; readonly credentials?: boolean }
  }
  readonly releaseOn?: 'both' | 'response' | 'handler' | 'headers'
}

/** A host that listens on 127.0.0.1. */
export interface RunningHost {
  readonly server: Server | Http2Server | Http2SecureServer
  readonly admission: AdmissionUnderTest
  /** Ends the host. The suite has closed the admission, and every connection. */
  close(): Promise<void>
  /** Ends the host in good order, where it can: resolves once all is served. */
  drain?(): Promise<unknown>
  /** Answers a request that comes over no socket, where the host can. */
  inject?(path: string): Promise<{ readonly statusCode: number; readonly body: string }>
}

type Start = (
  service: Service,
  options: GateOptions,
  hostOptions: HostOptions,
) => Promise<RunningHost>

/**
 * A host as the suite sees it. `start` serves these routes, each in the host's own way:
 *
 * | path | GET, and POST where said |
 * |---|---|
 * | `/ok` (and POST) | reads the body, answers `served` |
 * | `/later` | `await service.work()`, then `done` |
 * | `/later-throws` | `await service.work()`, then throws |
 * | `/gives-up` | `await service.work()`, then `done`, or nothing when its client has left |
 * | `/never` | `service.begin()`, and never an answer |
 * | `/empty`, `/unchanged` | 204, 304 |
 * | `/throws`, `/rejects` | 500, thrown at once or later |
 * | `/broken-later` | 500 from a middleware or hook behind the gate |
 * | `/stream` | four parts of `part`, a turn of the loop between them |
 * | `/large` | 8 MiB |
 * | `/hijack` | past the framework: `raw` |
 * | `/hijack-never` | past the framework: nothing |
 * | `/destroy` | destroys the response |
 * | `/events` | past the framework: an event stream, one event, no end |
 * | `/handle` (and POST) | waits for something, then `look(handle, context())`; its body is parsed where the host parses |
 * | `/watch` | `await service.watch(handle.signal)`, then `stopped` |
 * | `/livez` | `alive` |
 */
export interface HostUnderTest {
  readonly name: string
  /** Whether the gate is asked before a body is invited. */
  readonly isGuard: boolean
  readonly start: Start
  /** The same over HTTP/2 without TLS, where the host speaks it. */
  readonly startHttp2?: Start
  /** The same over TLS, with the certificate `SELF_SIGNED`, for clients that may choose HTTP/2. */
  readonly startSecure?: Start
  /** Over HTTP/2 the host itself, without any gate, never ends the stream of a HEAD. */
  readonly hangsOnHead?: boolean
  /** Set for `startSecure` by the suite. */
  readonly isSecure?: boolean
}

/** How the host is to share answers: among those who ask at the same time, and what is kept. */
export interface SharingOptions {
  readonly ttlMs?: number
  readonly staleMs?: number
  readonly staleIfErrorMs?: number
  readonly stale?: 'instead-of-reject'
  readonly maxAgeMs?: number
  readonly maxBodyBytes?: number
}

type StartSharing = (
  service: Service,
  options: GateOptions,
  coalesce: SharingOptions,
) => Promise<RunningHost>

/**
 * A host that shares answers. `start` serves what `PLANNED_ANSWERS` names, each in the host's own way, and the routes
 * above; before the gate it sets a header `x-request` on each response, unlike any other's.
 */
export interface SharingHost {
  readonly name: string
  readonly start: StartSharing
  /** The same over HTTP/2 without TLS, where the host speaks it. */
  readonly startHttp2?: StartSharing
  /** As of `HostUnderTest`. */
  readonly hangsOnHead?: boolean
}

/** Paths for clients that leave at any moment. `/never` and the like keep permits for a second each. */
export const RANDOM_PATHS: readonly string[] = Object.freeze([
  ...['/ok', '/empty', '/unchanged', '/throws', '/rejects', '/broken-later', '/stream', '/large'],
  ...['/hijack', '/hijack-never', '/destroy', '/events', '/livez', '/nowhere'],
])
