export { type LoadPhase, startPoissonSource } from './arrivals/poisson-source.ts'
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
  lognormal,
} from './random/distribution.ts'
export type { Random } from './random/random.ts'
export { seededRandom, splitRandom } from './random/seeded-random.ts'
export { quantile } from './record/quantile.ts'
export { Recorder, type Tally } from './record/recorder.ts'
export { checkResult, describeResult } from './scenario/check-result.ts'
export { poolScenario, recoveryScenario, webScenario } from './scenario/node-scenarios.ts'
export { type RunOptions, type RunResult, runScenario } from './scenario/run-scenario.ts'
export { type Plant, type Scenario, steadyLoad } from './scenario/scenario.ts'
export { TURNING_SCENARIOS } from './scenario/turning-scenarios.ts'
export { TWELVE_SCENARIOS } from './scenario/twelve-scenarios.ts'
export { Delay } from './service/delay.ts'
export { Service, type Step } from './service/service.ts'
export type { Stage } from './service/stage.ts'
export { Station } from './service/station.ts'
