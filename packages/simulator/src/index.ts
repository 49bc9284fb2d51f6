export { type LoadPhase, startPoissonSource } from './arrivals/poisson-source.ts'
export { startRenewalSource } from './arrivals/renewal-source.ts'
export { RunChecker, type RunCheckerParts, type RunPromises } from './checker/run-checker.ts'
export type { Figure } from './figure/figure.ts'
export { FIGURES } from './figure/figures.ts'
export type { Measure } from './figure/measure.ts'
export { floodOfTenants, type TenantFlood } from './figure/tenant-flood.ts'
export { AdmissionGate, type AdmissionGateParts } from './gate/admission-gate.ts'
export type { Ending, Gate } from './gate/gate.ts'
export { InstantGate } from './gate/instant-gate.ts'
export type { GateParts } from './gate/permits.ts'
export { type WaitingRoom, WaitingRoomGate } from './gate/waiting-room-gate.ts'
export {
  bimodal,
  constant,
  type Distribution,
  exponential,
  gamma,
  hyperexponential,
  lognormal,
} from './random/distribution.ts'
export type { Random } from './random/random.ts'
export { seededRandom, splitRandom } from './random/seeded-random.ts'
export { byOwner, jainIndex, type Span, slotTimeMs } from './record/fair-shares.ts'
export { Ledger } from './record/ledger.ts'
export { quantile } from './record/quantile.ts'
export { Recorder, type Tally } from './record/recorder.ts'
export type { AdmissionScenario } from './scenario/admission-scenario.ts'
export { checkResult, describeResult } from './scenario/check-result.ts'
export { poolScenario, recoveryScenario, webScenario } from './scenario/node-scenarios.ts'
export {
  type AdmissionRun,
  type AdmissionRunOptions,
  runAdmission,
} from './scenario/run-admission.ts'
export { type RunOptions, type RunResult, runScenario } from './scenario/run-scenario.ts'
export { type Plant, type Scenario, steadyLoad } from './scenario/scenario.ts'
export { TURNING_SCENARIOS } from './scenario/turning-scenarios.ts'
export { TWELVE_SCENARIOS } from './scenario/twelve-scenarios.ts'
export { Delay } from './service/delay.ts'
export { Service, type Step } from './service/service.ts'
export type { Stage } from './service/stage.ts'
export { StallingClock } from './service/stalling-clock.ts'
export { Station } from './service/station.ts'
export { TraceWriter } from './trace/trace-writer.ts'
export { Attempt, type AttemptNeeds, type AttemptState } from './traffic/attempt.ts'
export { Call } from './traffic/call.ts'
export { Caller, type CallerParts } from './traffic/caller.ts'
export {
  burstRate,
  type ClosedLoad,
  type OpenLoad,
  type Population,
  steadyRate,
} from './traffic/population.ts'
export { backoffRetry, naiveRetry, type RetryPolicy } from './traffic/retry-policy.ts'
export type { RunObserver } from './traffic/run-observer.ts'
export { startPopulation } from './traffic/start-population.ts'
export {
  anyTenant,
  eachTenant,
  mintedTenant,
  oneTenant,
  type TenantKey,
} from './traffic/tenant-key.ts'
