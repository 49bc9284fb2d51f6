import { type LoadOutcomes, runLoad } from '@headgate/loadgen'
import t from 'tap'
import { withServer } from '../../src/server/server-process.ts'
import { findWorkload } from '../../src/workload/find-workload.ts'

// Nine processes are started one after the other, on a machine that may be busy.
t.setTimeout(180_000)

/** Half a second of even load, with a patience no slow machine exceeds by accident. */
async function load(
  contestant: string,
  workload: string,
): Promise<{ readonly outcomes: LoadOutcomes; readonly jobs: number }> {
  const settings = { contestant, workload, seed: 1 }
  return await withServer(settings, async (server) => {
    if (contestant === 'headgate-closed' || contestant === 'under-pressure-closed')
      await server.hold()
    const report = await runLoad({
      url: server.url,
      targets: findWorkload(workload).targets,
      phases: [{ name: 'load', ratePerSecond: 60, durationMs: 500 }],
      arrivals: 'constant',
      connections: 10,
      timeoutMs: 20_000,
      spin: false,
    })
    const readings = await server.usage()
    const outcomes = report.phases[0]?.total as LoadOutcomes
    return { outcomes, jobs: readings.at(-1)?.jobs ?? 0 }
  })
}

t.test('bare Fastify serves each request', async (t) => {
  const { outcomes, jobs } = await load('bare', 'cpu')
  t.match(outcomes, { offered: 30, served: 30 })
  t.equal(jobs, 30)
})

// Each workload runs under some guard: starting a process for each pair would take a minute.
for (const [contestant, workload] of [
  ['under-pressure', 'pool'],
  ['under-pressure-tuned', 'web'],
  ['static:30', 'mixed'],
  ['headgate', 'hello'],
] as const) {
  t.test(`${contestant} answers each request of ${workload}`, async (t) => {
    const { outcomes, jobs } = await load(contestant, workload)
    t.match(outcomes, { offered: 30, errors: 0, late: 0, unsent: 0 })
    t.equal(outcomes.served + outcomes.rejected, 30)
    t.equal(outcomes.served, jobs)
    t.ok(outcomes.served > 0)
  })
}

for (const contestant of ['static:0', 'under-pressure-closed', 'headgate-closed']) {
  t.test(`${contestant} refuses each request`, async (t) => {
    const { outcomes } = await load(contestant, 'hello')
    t.match(outcomes, { offered: 30, served: 0, rejected: 30, rejectedByStatus: { 503: 30 } })
  })
}

t.test('a wrong parameter is said before anything is measured', async (t) => {
  await t.rejects(load('static:many', 'hello'), { message: /static:limit, got many/ })
})
