export { type ForkLoadOptions, forkLoad } from './fork-load.ts'
export { canPin, type ForkPinnedOptions, forkPinned } from './fork-pinned.ts'
export { LOAD_DEFAULTS, type LoadOptions, type LoadPhase, type LoadTarget } from './load-options.ts'
export type {
  LatencySummary,
  LoadBin,
  LoadOutcomes,
  LoadPhaseReport,
  LoadProgress,
  LoadReport,
} from './load-report.ts'
export { type RecoveryOptions, recoveryMs } from './recovery-ms.ts'
export { runLoad } from './run-load.ts'
export { SeededRandom } from './seeded-random.ts'
