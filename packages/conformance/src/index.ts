export { type Answer, ask, oneConnection, type Question } from './ask.ts'
export { conform } from './conform.ts'
export { conformSharing } from './conform-sharing.ts'
export type {
  GateOptions,
  HostOptions,
  HostUnderTest,
  RunningHost,
  SharingHost,
  SharingOptions,
} from './host-under-test.ts'
export { bePatient, calm } from './judging.ts'
export { keepWarnings, type Warned } from './keep-warnings.ts'
export { keptMb, MOST_KEPT_MB } from './kept-young.ts'
export { type LeavingOptions, type LeavingReport, leavingClients } from './leaving-clients.ts'
export { listenHere } from './listen-here.ts'
export { listening } from './listening.ts'
export { look } from './look.ts'
export { giveBack, occupy } from './occupy.ts'
export { PLANNED_ANSWERS, type PlannedAnswer, writePlanned } from './planned-answers.ts'
export { portOf } from './port-of.ts'
export { get, RawSocket } from './raw-socket.ts'
export { type RollingOptions, type RollingReport, rollingRestarts } from './rolling-restarts.ts'
export { seededRandom } from './seeded-random.ts'
export { SELF_SIGNED } from './self-signed.ts'
export { serveRaw } from './serve-raw.ts'
export { Service } from './service.ts'
export { turns, until } from './until.ts'
