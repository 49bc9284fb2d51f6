import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdmission, wrap } from '@headgate/node'
import t from 'tap'
import { createClient } from '../../src/index.ts'

t.test('a server to which too many retries come says so, and is asked once', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  t.teardown(() => admission.close())
  const taken = admission.tryAcquire()
  t.teardown(() => taken.admitted && taken.permit.release('ignore'))
  let asked = 0
  const gate = wrap((_request, response) => response.end('served'), {
    admission,
    trust: () => true,
    headers: { pushback: true },
  })
  const server = createServer((request, response) => {
    asked += 1
    gate(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createClient({ origin, timeouts: { totalMs: 60_000 } })
  t.teardown(() => client.close())
  const ask = async (): Promise<[status: number, pushback: unknown, times: number]> => {
    const before = asked
    const { statusCode, headers, body } = await client.request({ path: '/', attempts: 2 })
    await body.dump()
    return [statusCode, headers['x-retry-pushback-ms'], asked - before]
  }
  t.same(await ask(), [503, '1000', 2], 'it is worth another try')
  const retry = { headers: { 'x-request-attempt': '2;max=3;kind=retry' } }
  for (let n = 0; n < 60; n += 1) await (await fetch(origin, retry)).body?.cancel()
  t.same(await ask(), [503, '-1', 1], 'it is not')
  for (let n = 0; n < 250; n += 1) await (await fetch(origin)).body?.cancel()
  t.same(await ask(), [503, '1000', 2], 'it is again')
})
