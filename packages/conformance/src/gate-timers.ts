import { createHook } from 'node:async_hooks'
import { until } from './until.ts'

/** Timers that gates have set and that have neither run nor been cleared, by their async ids. */
const live = new Set<number>()
/** Admissions that are open: each may have timers. */
let open = 0

const hook = createHook({
  init: (id, type) => {
    if (type === 'Timeout' && isOfGate()) live.add(id)
  },
  destroy: (id) => void live.delete(id),
})

/** Every timer of a gate is set by its clock. */
function isOfGate(): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error
  // As places, not as text: that would be translated by source maps, for every timer of the test.
  Error.prepareStackTrace = (_error, places) => places
  Error.stackTraceLimit = 12
  const places = new Error().stack as unknown as NodeJS.CallSite[]
  Error.prepareStackTrace = prepareStackTrace
  Error.stackTraceLimit = stackTraceLimit
  return places.some((place) => place.getFileName()?.endsWith('/time/system-clock.js'))
}

/** Notes the timers of an admission that is made now. What it returns is called once that is closed. */
export function watchGateTimers(): () => Promise<void> {
  if (open === 0) {
    live.clear()
    hook.enable()
  }
  open += 1
  return async () => {
    open -= 1
    if (open > 0) return
    try {
      await until('no timer of a gate is left', () => live.size === 0, 400)
    } finally {
      hook.disable()
    }
  }
}
