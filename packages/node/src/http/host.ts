import type { OutgoingHttpHeaders } from 'node:http'
import type { Rejection } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import type { ToldHeaders } from '../contract/told-headers.ts'
import type { ResolvedVisitOptions } from './visit-options.ts'

/** How a host goes on with a request, or refuses it. The same for all of a host's requests. */
export interface Host<Context> {
  /** Starts the work. Returns its promise, where there is one. */
  proceed(context: Context): unknown
  /** That promise is the handler's own: an answer that has not begun when it is settled will not come. Default false. */
  readonly returnsHandler?: boolean
  /** Whether the visit will hear `onHandled` even though the client has left. */
  tellsEnd(context: Context): boolean
  /**
   * Whether it asks again by itself, before the handler, for a request whose permit was taken back while its body
   * was on the way. Where it does not, the end of the body waits for a permit.
   */
  readonly asksAgain: boolean
  /**
   * `ofTenant`: the one that was refused is a tenant's. With `cancelled` nobody is there to be told: the
   * client left before its work was begun.
   */
  refuse(context: Context, rejection: Rejection, ofTenant: boolean): void
  /** The response is answered past the host, which sets what it had for it. Default: it keeps nothing apart. */
  takeOver?(context: Context): void
  /** What is set on the response before its handler begins. Default: what the response itself has. */
  headersBefore?(context: Context): OutgoingHttpHeaders
}

/** What a visit needs of the gate it came through. */
export interface VisitKeeper<Context> {
  readonly admission: Admission
  readonly host: Host<Context>
  readonly options: ResolvedVisitOptions
  readonly told: ToldHeaders
}
