import t from 'tap'
import type { SharingHost } from './host-under-test.ts'
import { testSharedAnswers } from './shared-answers.ts'
import { testSharedDepartures } from './shared-departures.ts'
import { testSharedFailures } from './shared-failures.ts'
import { testSharedSessions } from './shared-sessions.ts'
import { testUnshareable } from './unshareable-answers.ts'

/** The laws of sharing, for one host: one execution for equal requests, and nobody gets what is not for him. */
export function conformSharing(host: SharingHost): void {
  // For the whole file, in which there may be several hosts.
  t.setTimeout(240_000)
  testSharedAnswers(t, host)
  testUnshareable(t, host)
  testSharedFailures(t, host)
  testSharedDepartures(t, host)
  testSharedSessions(t, host)
}
