import t from 'tap'
import { testAnswers } from './answers.ts'
import { testDepartures } from './departures.ts'
import { testEnds } from './ends.ts'
import type { HostUnderTest } from './host-under-test.ts'
import { testLateBodies } from './late-bodies.ts'
import { testPeers } from './peers.ts'
import { RANDOM_TIMEOUT_MS, testRandomDepartures } from './random-departures.ts'
import { testRefusals } from './refusals.ts'
import { testStreams } from './streams.ts'
import { testTelling } from './telling.ts'

let timeoutMs = 240_000

/** The whole suite, for one host: whatever happens, no permit, place or listener is left behind. */
export function conform(host: HostUnderTest): void {
  // For the whole file, in which there may be several hosts.
  timeoutMs += RANDOM_TIMEOUT_MS
  t.setTimeout(timeoutMs)
  testAnswers(t, host)
  testRefusals(t, host)
  testDepartures(t, host)
  testLateBodies(t, host)
  testStreams(t, host)
  testPeers(t, host)
  testEnds(t, host)
  testTelling(t, host)
  testRandomDepartures(t, host)
}
