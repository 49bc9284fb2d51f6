export type { Limit } from './limit/limit.ts'
export type { Sample } from './limit/sample.ts'
export {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  definedOptions,
  type NumberRange,
} from './option/check-option.ts'
export type { ErrorCode } from './option/error-code.ts'
export { InvalidOptionError } from './option/invalid-option-error.ts'
export { TIERS, type Tier } from './shed/tier.ts'
export type { Clock } from './time/clock.ts'
export { VirtualClock } from './time/virtual-clock.ts'
