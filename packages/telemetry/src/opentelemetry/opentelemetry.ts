import { checkKnownOptions, InvalidOptionError, type TimeShare } from '@headgate/core'
import type { Meter, Tracer } from '@opentelemetry/api'
import type { Telemetry } from '../prometheus/prometheus.ts'
import { checkName } from '../read/check-name.ts'
import { type Observed, sourceOf } from '../read/source.ts'
import { checkMeter, checkTracer } from './check-exporters.ts'
import { DEFAULT_TIME_RATIO, exporterShare } from './exporter-share.ts'
import { MeterFeed } from './meter-feed.ts'
import { RefusalSpans, type Refused } from './refusal-spans.ts'
import {
  RequestSpans,
  type RequestTrace,
  type TracedRequest,
  type TracedResponse,
} from './request-spans.ts'

export {
  type TraceableDispatcher,
  type Traced,
  type TracedOptions,
  traced,
} from './attempt-spans.ts'
export type { Observed, Refused, RequestTrace, Telemetry, TracedRequest, TracedResponse }

export interface OpenTelemetryOptions {
  /** Gets the metrics. Default none. */
  readonly meter?: Meter | undefined
  /**
   * Gets spans of the requests of an admission, or of the calls that a client refuses itself. Those that a client
   * sends are spans if it was handed a dispatcher made by `traced`.
   */
  readonly tracer?: Tracer | undefined
  /** The attribute `headgate.name`: tells several admissions or clients apart. 1 to 64 characters. Default `default`. */
  readonly name?: string | undefined
  /**
   * The share of the time that the tracer may take, and half as much the meter, which makes do with less; what does
   * not fit is left out and counted. Above 0, up to 1: no bound. Default 0.005.
   */
  readonly maxTimeRatio?: number | undefined
}

/** What was begun, and what of it was left out so that the service is not slowed. */
export interface OpenTelemetry extends Telemetry {
  readonly dropped: { readonly events: number; readonly spans: number }
  /** What the meter and the tracer threw. */
  readonly errors: number
}

/** What `@headgate/client` shows of calls that were not sent. */
interface TraceableClient {
  traceRefusals(listener: (refused: Refused) => void): () => void
}

interface TraceableAdmission {
  snapshot(): { readonly limit: number; readonly inFlight: number; readonly queued: number }
  traceRequests(begin: RequestSpans['begin']): () => void
}

/**
 * Tells a meter the metrics of an admission, a client or a singleflight, and a tracer the requests of an
 * admission, or the calls that a client refuses. What those cost beyond `maxTimeRatio` is left out and counted; what they throw is counted.
 *
 * @throws {InvalidOptionError} when an option is wrong, when there is neither, a tracer for what has neither requests
 *   nor calls, or a second for one admission; and what the meter throws at once. Nothing is attached then.
 */
export function opentelemetry(observed: Observed, options: OpenTelemetryOptions): OpenTelemetry {
  checkKnownOptions('options', options, ['meter', 'tracer', 'name', 'maxTimeRatio'])
  const { meter, tracer, name = 'default', maxTimeRatio = DEFAULT_TIME_RATIO } = options
  if (meter === undefined && tracer === undefined) {
    throw new InvalidOptionError('options', 'given a meter, a tracer or both', options)
  }
  if (tracer !== undefined) checkTracer(tracer)
  if (meter !== undefined) checkMeter(meter)
  checkName(name)
  const source = sourceOf(observed)
  const spans = exporterShare(maxTimeRatio)
  const events = exporterShare(maxTimeRatio < 1 ? maxTimeRatio / 2 : 1)
  const ends: (() => void)[] = []
  const stop = (): void => {
    for (const end of ends.splice(0)) events.spend(end)
  }
  try {
    if (tracer !== undefined) ends.push(trace(observed, tracer, { name, share: spans }))
    if (meter !== undefined) {
      const feed = new MeterFeed(source, name, { events, spans })
      ends.push(() => feed.stop())
      feed.start(meter)
    }
  } catch (error) {
    stop()
    throw error
  }
  return {
    get dropped() {
      return { events: events.dropped, spans: spans.dropped }
    },
    get errors() {
      return events.errors + spans.errors
    },
    stop,
  }
}

function trace(
  observed: Observed,
  tracer: Tracer,
  told: { readonly name: string; readonly share: TimeShare },
): () => void {
  const { traceRequests, traceRefusals } = observed as Partial<TraceableAdmission & TraceableClient>
  if (typeof traceRequests === 'function') {
    const admission = observed as unknown as TraceableAdmission
    return admission.traceRequests(new RequestSpans(tracer, admission, told).begin)
  }
  if (typeof traceRefusals === 'function') {
    const client = observed as unknown as TraceableClient
    return client.traceRefusals(new RefusalSpans(tracer, told).onRefused)
  }
  const expected = 'left out where there are neither requests nor calls'
  throw new InvalidOptionError('tracer', expected, tracer)
}
