export type { Abort, CallerSignal } from './flight/abort.ts'
export type { Copy, FlightView, Work } from './flight/flight.ts'
export {
  type RunOptions,
  Singleflight,
  type SingleflightParts,
  type SingleflightSnapshot,
} from './flight/singleflight.ts'
export { SINGLEFLIGHT_DEFAULTS, type SingleflightOptions } from './flight/singleflight-options.ts'
export { InvalidOptionError } from './option/invalid-option-error.ts'
export type { Clock } from './time/clock.ts'
