import { checkFunction } from '@headgate/core'
import type { Admission } from './admission.ts'
import { checkAdmission } from './check-admission.ts'

/** `console` and pino are some: fields first, then the message. winston takes them the other way round. */
export interface OverloadLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: { readonly err: unknown; readonly suppressed: number }, message: string): void
}

/**
 * Logs one line into overload and one out of it, and errors in your own functions once a second at most for each; never
 * a line for each request. Returns a function that ends it. Fastify's plugin does so by itself, on Fastify's logger.
 *
 * @throws {InvalidOptionError} when `admission` is none, or the logger lacks one of its three methods.
 */
export function logOverload(admission: Admission, log: OverloadLogger): () => void {
  checkAdmission(admission)
  for (const method of ['info', 'warn', 'error'] as const) {
    checkFunction(`log.${method}`, (log as OverloadLogger | undefined)?.[method])
  }
  return admission.subscribe(
    (event) => {
      if (event.type === 'error') {
        const { source, error, suppressed } = event
        log.error(
          { err: error, suppressed },
          `headgate: ${source} failed; the service went on without it`,
        )
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
