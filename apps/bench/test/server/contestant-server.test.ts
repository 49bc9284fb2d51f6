import { type LoadOutcomes, runLoad } from '@headgate/loadgen'
import t from 'tap'
import type { HostName } from '../../src/host/host-name.ts'
import { withServer } from '../../src/server/server-process.ts'
import { findWorkload } from '../../src/workload/find-workload.ts'

// Twenty processes are started one after the other, on a machine that may be busy.
t.setTimeout(240_000)

interface Loaded {
  readonly outcomes: LoadOutcomes
  readonly jobs: number
}

/** Half a second of even load, with a patience no slow machine exceeds by accident. */
async function load(
  contestant: string,
  workload: string,
  { host = 'fastify', refuses = false }: { host?: HostName; refuses?: boolean } = {},
): Promise<Loaded> {
  const settings = { host, contestant, workload, seed: 1 }
  return await withServer(settings, async (server) => {
    if (refuses) {
      t.ok(await server.refuseAll(1), `${contestant} can refuse`)
      // Guards that sample see it a while later.
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
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

// Each workload and host runs under some guard: starting a process for each would take minutes.
for (const [host, contestant, workload] of [
  ['fastify', 'under-pressure', 'pool'],
  ['fastify', 'under-pressure-tuned', 'web'],
  ['fastify', 'static:30', 'mixed'],
  ['fastify', 'headgate', 'hello'],
  ['express', 'headgate', 'hello'],
  ['koa', 'headgate', 'pool'],
  ['node', 'headgate', 'hello'],
] as const) {
  t.test(`${contestant} under ${host} answers each request of ${workload}`, async (t) => {
    const { outcomes, jobs } = await load(contestant, workload, { host })
    t.match(outcomes, { offered: 30, errors: 0, late: 0, unsent: 0 })
    t.equal(outcomes.served + outcomes.rejected, 30)
    t.equal(outcomes.served, jobs)
    t.ok(outcomes.served > 0)
  })
}

for (const [host, contestant] of [
  ['fastify', 'static:1000'],
  ['fastify', 'under-pressure'],
  ['fastify', 'headgate'],
  ['fastify', 'headgate-guard'],
  ['express', 'overload-protection'],
  ['express', 'headgate'],
  ['koa', 'toobusy'],
  ['koa', 'headgate'],
  ['node', 'headgate'],
] as const) {
  t.test(`${contestant} under ${host} refuses each request when it is to`, async (t) => {
    const { outcomes, jobs } = await load(contestant, 'hello', { host, refuses: true })
    t.match(outcomes, { offered: 30, served: 0, rejected: 30, rejectedByStatus: { 503: 30 } })
    t.equal(jobs, 0)
  })
}

t.test('where there is no guard, nothing can refuse', async (t) => {
  const settings = { host: 'koa', contestant: 'bare', workload: 'hello', seed: 1 } as const
  t.notOk(await withServer(settings, (server) => server.refuseAll(1)))
})

t.test('a wrong parameter is said before anything is measured', async (t) => {
  await t.rejects(load('static:many', 'hello'), { message: /static:limit, got many/ })
})
