import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { forkLoad } from '../src/fork-load.ts'
import { canPin } from '../src/fork-pinned.ts'

const PHASES = [{ name: 'a', ratePerSecond: 200, durationMs: 700 }]

t.test('offers the load from another process', async (t) => {
  const server = createServer((_, response) => response.end())
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let progressed = 0
  const report = await forkLoad({
    url,
    phases: PHASES,
    arrivals: 'constant',
    connections: 10,
    timeoutMs: 20_000,
    cpu: 0,
    onProgress: () => {
      progressed += 1
    },
  })
  t.match(report.phases[0]?.total, { offered: 140, served: 140 })
  t.ok(progressed >= 1)
})

t.test('rejects with what went wrong there', async (t) => {
  await t.rejects(forkLoad({ url: 'http://127.0.0.1:1', phases: PHASES }), {
    message: /no connection/,
  })
})

t.test('rejects wrong options before it starts a process', async (t) => {
  await t.rejects(forkLoad({ url: 'ftp://x', phases: PHASES }), { message: /url/ })
})

t.test('a core that does not exist is one nothing can be pinned to', async (t) => {
  t.equal(canPin(4095), false)
})
