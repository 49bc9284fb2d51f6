import { Dedupe } from '../dedupe/dedupe.ts'
import type { DedupeOptions } from '../dedupe/dedupe-options.ts'
import type { Dispatch, DispatchOptions, Handler } from '../handler/handler.ts'
import { NO_POLICIES, resolvePolicies } from '../policy/policy-options.ts'
import { NO_TIMEOUTS } from '../policy/timeout-options.ts'
import { Pipeline, type PipelineParts } from './pipeline.ts'

/**
 * What callers use in place of the pipeline's own dispatch: with `dedupe`, a call that others share, in a
 * call of each caller's own, which has its own time to wait.
 */
export function sharedDispatch(
  pipeline: Pipeline,
  parts: Omit<PipelineParts, 'base'>,
  dedupe: DedupeOptions | boolean,
): Dispatch {
  const direct = (options: DispatchOptions, handler: Handler) => pipeline.dispatch(options, handler)
  if (dedupe === false) return direct
  const shared = new Dedupe(direct, parts.clock, dedupe === true ? {} : dedupe)
  const callers = new Pipeline({
    ...parts,
    base: (options, handler) => shared.dispatch(options, handler),
    timeouts: { ...NO_TIMEOUTS, totalMs: parts.timeouts.totalMs },
    policies: resolvePolicies({}, NO_TIMEOUTS, NO_POLICIES),
    propagation: undefined,
    classify: undefined,
  })
  return (options, handler) => callers.dispatch(options, handler)
}
