import type { Server } from 'node:net'
import type { Test } from 'tap'
import { ask } from './ask.ts'
import { type HostUnderTest, RANDOM_PATHS } from './host-under-test.ts'
import { keepWarnings } from './keep-warnings.ts'
import { leavingClients } from './leaving-clients.ts'
import { seededRandom } from './seeded-random.ts'
import { Stage } from './stage.ts'

/** A few hundred; ten thousand with HEADGATE_ABORTS=10000. */
const ABORTS = Number(process.env.HEADGATE_ABORTS ?? 300)
/** What they may take on a slow machine, for each host. */
export const RANDOM_TIMEOUT_MS: number = 10 * ABORTS

/** Clients that leave at any moment at all leave nothing behind. */
export function testRandomDepartures(t: Test, host: HostUnderTest): void {
  const seed = Number(process.env.HEADGATE_SEED ?? Math.floor(Math.random() * 1e9))
  t.test(`${host.name}: ${ABORTS} clients leave at random, seed ${seed}`, async (t) => {
    const warnings = keepWarnings(t)
    const stage = await Stage.open(t, host, { limit: 6, queue: { maxWaitMs: 20, maxQueued: 12 } })
    const report = await leavingClients({
      server: stage.host.server as Server,
      random: seededRandom(seed),
      aborts: ABORTS,
      concurrency: 20,
      paths: RANDOM_PATHS,
    })
    t.comment(JSON.stringify(report))
    await stage.isBack(t)
    t.ok(stage.admission.snapshot().admitted.important > 0, 'some got in')
    t.same(warnings, [])
    // Whoever asks may have to wait for longer than 20 ms, where the machine is slow.
    let isServed = false
    for (let tries = 0; tries < 50 && !isServed; tries += 1) {
      isServed = (await ask(stage.port, { path: '/ok' })).body === 'served'
    }
    t.ok(isServed, 'the next is served')
  })
}
