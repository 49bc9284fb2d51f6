import { checkKnownOptions, InvalidOptionError } from '@headgate/core'
import type { Meter, Tracer } from '@opentelemetry/api'
import type { Telemetry } from '../prometheus/prometheus.ts'
import { type Observed, sourceOf } from '../read/source.ts'
import { MeterFeed } from './meter-feed.ts'
import {
  RequestSpans,
  type RequestTrace,
  type TracedRequest,
  type TracedResponse,
} from './request-spans.ts'
import { TimeShare } from './time-share.ts'

export { type TraceableDispatcher, traced } from './attempt-spans.ts'
export type { Observed, RequestTrace, Telemetry, TracedRequest, TracedResponse }

export interface OpenTelemetryOptions {
  /** Gets the metrics. Default none. */
  readonly meter?: Meter | undefined
  /** Gets spans of the requests of an admission. For a client, hand it a dispatcher made by `traced`. */
  readonly tracer?: Tracer | undefined
  /** The attribute `headgate.name`: tells several admissions or clients apart. Default `default`. */
  readonly name?: string | undefined
}

interface TraceableAdmission {
  snapshot(): { readonly limit: number; readonly inFlight: number; readonly queued: number }
  traceRequests(begin: RequestSpans['begin']): () => void
}

/**
 * Tells a meter the metrics of an admission, a client or a singleflight, and a tracer the requests of an
 * admission. Whatever those cost beyond a hundredth of the time is left out and counted; what they throw
 * is counted.
 *
 * @throws {InvalidOptionError} when there is neither, or a tracer for what has no requests.
 */
export function opentelemetry(observed: Observed, options: OpenTelemetryOptions): Telemetry {
  checkKnownOptions('options', options, ['meter', 'tracer', 'name'])
  const { meter, tracer, name = 'default' } = options
  if (meter === undefined && tracer === undefined) {
    throw new InvalidOptionError('options', 'given a meter, a tracer or both', options)
  }
  const source = sourceOf(observed)
  const ends: (() => void)[] = []
  if (tracer !== undefined) ends.push(traceRequests(observed, tracer))
  if (meter !== undefined) {
    const feed = new MeterFeed(source, name, new TimeShare())
    feed.start(meter)
    ends.push(() => feed.stop())
  }
  return {
    stop: () => {
      for (const end of ends.splice(0)) end()
    },
  }
}

function traceRequests(observed: Observed, tracer: Tracer): () => void {
  const admission = observed as unknown as TraceableAdmission
  if (typeof admission.traceRequests !== 'function') {
    const expected =
      'left out where there are no requests: for a client, hand it traced(dispatcher)'
    throw new InvalidOptionError('tracer', expected, tracer)
  }
  return admission.traceRequests(new RequestSpans(tracer, admission, new TimeShare()).begin)
}
