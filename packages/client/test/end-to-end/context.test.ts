import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdmission, wrap } from '@headgate/node'
import t from 'tap'
import { createClient } from '../../src/index.ts'
import { serve } from '../fixtures/serve.ts'

t.test(
  'calls for a request carry what is known of it, and are not retried for a retry',
  async (t) => {
    const seen: IncomingHttpHeaders[] = []
    let failures = 0
    const behind = await serve(t, (request, response) => {
      seen.push(request.headers)
      failures -= 1
      response.writeHead(failures >= 0 ? 502 : 200).end()
    })
    const { origin } = behind
    const quick = { retry: { delay: { baseDelayMs: 1 } } }
    const client = createClient({ origin, propagate: { origins: [origin] }, ...quick })
    t.teardown(() => client.close())
    const admission = createAdmission()
    t.teardown(() => admission.close())
    const server = createServer(
      wrap(
        async (_request, response) => {
          const { statusCode, body } = await client.request({ path: '/' })
          await body.dump()
          response.writeHead(statusCode).end()
        },
        { admission, context: true, trust: () => true },
      ),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.close())
    const { port } = server.address() as AddressInfo
    const ask = async (headers: Record<string, string>) => {
      const { statusCode, body } = await client.request({
        origin: `http://127.0.0.1:${port}`,
        path: '/',
        attempts: 1,
        headers,
      })
      await body.dump()
      return statusCode
    }
    t.equal(
      await ask({
        'x-request-tier': 'critical',
        'x-tenant-id': 'acme',
        'x-request-deadline-ms': '5000',
      }),
      200,
    )
    t.match(seen[0], { 'x-request-tier': 'critical', 'x-tenant-id': 'acme' })
    const leftMs = Number(seen[0]?.['x-request-deadline-ms'])
    t.ok(leftMs > 0 && leftMs <= 5000, `${leftMs} ms are left`)
    failures = 1
    t.equal(await ask({}), 200, 'retried')
    t.equal(seen.length, 3)
    failures = 1
    t.equal(await ask({ 'x-request-attempt': '2;max=3;kind=retry' }), 502, 'not retried once more')
    t.equal(seen.length, 4)
  },
)
