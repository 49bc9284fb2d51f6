import { checkKnownOptions, InvalidOptionError } from '@headgate/core'
import type { RefusalListener } from '../call/refused-call.ts'
import type { DispatcherLike, DispatchOptions, Handler } from '../handler/handler.ts'
import { Pipeline } from '../pipeline/pipeline.ts'
import { sharedDispatch } from '../pipeline/shared-dispatch.ts'
import { CLIENT_POLICIES } from '../policy/policy-options.ts'
import { TIMEOUT_DEFAULTS } from '../policy/timeout-options.ts'
import { callClock } from '../time/call-clock.ts'
import type { Client } from './client.ts'
import { RESILIENT_NAMES, type ResilientOptions, resolvePipeline } from './client-options.ts'
import { clientStats } from './client-stats.ts'
import { isDispatcher } from './peer.ts'
import { wrapDispatcher } from './wrap-dispatcher.ts'

/** The dispatcher, with these policies in front of it; `stats()` says how it goes. Closing it closes what it wraps. */
export type Resilient<Base> = Base & Pick<Client, 'stats' | 'traceRefusals'>

/**
 * Any undici dispatcher with the policies of a client: an agent, a pool, a mock. Each origin is a target of
 * its own.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range.
 */
export function resilient<Base extends DispatcherLike>(
  dispatcher: Base,
  options: ResilientOptions = {},
): Resilient<Base> {
  if (!isDispatcher(dispatcher)) {
    throw new InvalidOptionError('dispatcher', 'a dispatcher of undici', dispatcher)
  }
  checkKnownOptions('options', options, RESILIENT_NAMES)
  const defaults = { clock: callClock, timeouts: TIMEOUT_DEFAULTS, policies: CLIENT_POLICIES }
  const base = (sent: DispatchOptions, handler: Handler) => dispatcher.dispatch(sent, handler)
  const resolved = resolvePipeline(options, defaults)
  const pipeline = new Pipeline({ ...resolved, base })
  return wrapDispatcher(dispatcher, {
    dispatch: sharedDispatch(pipeline, resolved, options.dedupe ?? false),
    stats: () => clientStats(pipeline, [...pipeline.services.all]),
    traceRefusals: (listener: RefusalListener) => pipeline.refusals.listen(listener),
    close: async () => {
      await pipeline.close()
      await dispatcher.close()
    },
  })
}
