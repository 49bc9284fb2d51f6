import { createServer } from 'node:http'
import { ask, listening, occupy } from '@headgate/conformance'
import t from 'tap'
import { type CorsOptions, createAdmission, type WrapOptions, wrap } from '../../src/index.ts'

const SHOP = { origin: 'https://shop.example' }

/** A server that refuses everybody. */
async function refusing(
  t: Parameters<typeof listening>[0] & { fail(message: string): void },
  cors: CorsOptions,
  options: WrapOptions<never, never> = {},
): Promise<{ port: number; errors(): number }> {
  const admission = createAdmission({ limit: 1, queue: false })
  occupy(admission)
  const gated = wrap(() => t.fail('served'), {
    ...(options as object),
    admission,
    headers: { cors },
  })
  const port = await listening(t, createServer(gated))
  t.teardown(async () => admission.close())
  return { port, errors: () => admission.snapshot().errors }
}

t.test('anybody may read it, or whom a function names', async (t) => {
  const open = await refusing(t, { origins: '*' })
  const { headers } = await ask(open.port, { headers: SHOP })
  t.match(headers, { 'access-control-allow-origin': '*' })
  t.equal(headers.vary, undefined)
  const own = await refusing(t, { origins: (origin) => origin.endsWith('.example') })
  t.match((await ask(own.port, { headers: SHOP })).headers, { vary: 'origin' })
  const nobody = await ask(own.port)
  t.equal(nobody.headers['access-control-allow-origin'], undefined)
  t.equal(nobody.headers.vary, 'origin')
})

t.test('a function that fails allows nobody, and is told of', async (t) => {
  for (const origins of [
    () => {
      throw new Error('broken')
    },
    (async () => true) as never,
  ]) {
    const { port, errors } = await refusing(t, { origins })
    const { statusCode, headers } = await ask(port, { headers: SHOP })
    t.equal(statusCode, 503)
    t.equal(headers['access-control-allow-origin'], undefined)
    t.equal(errors(), 1)
  }
})

t.test('an answer of your own has them too, and what it says of them holds', async (t) => {
  const { port } = await refusing(
    t,
    { origins: ['https://shop.example'] },
    {
      onReject: ((_request: unknown, response: import('node:http').ServerResponse) =>
        response.writeHead(503, { vary: 'accept' }).end('busy')) as never,
    },
  )
  const { body, headers } = await ask(port, { headers: SHOP })
  t.equal(body, 'busy')
  t.match(headers, { 'access-control-allow-origin': 'https://shop.example', vary: 'accept' })
})
