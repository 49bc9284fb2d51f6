import type { Admission } from '@headgate/node'
import type { FastifyBaseLogger } from 'fastify'

/** One line into overload and one out of it, on the host's logger; never one for each request. */
export function logOverload(log: FastifyBaseLogger, admission: Admission): () => void {
  return admission.subscribe(
    (event) => {
      if (event.type === 'error') {
        const { source, error, suppressed } = event
        log.error({ err: error, suppressed }, `headgate: ${source} failed; the default was used`)
      } else if (event.type === 'overload' && event.overloaded) {
        const { limit, inFlight, queued } = admission.snapshot()
        log.warn({ reason: event.reason, limit, inFlight, queued }, 'headgate: overloaded')
      } else if (event.type === 'overload') {
        const { rejected, lastedMs } = event
        log.info({ rejected, lastedMs: Math.round(lastedMs) }, 'headgate: no longer overloaded')
      }
    },
    ['overload', 'error'],
    { name: 'log' },
  )
}
