export {
  BACKOFF_DEFAULTS,
  Backoff,
  type BackoffOptions,
  type BackoffStep,
  type Jitter,
  nextDelayMs,
} from './backoff/backoff.ts'
export type { CallOutcome } from './outcome/call-outcome.ts'
export type { Random } from './random/random.ts'
