import { occupy, RawSocket, until } from '@headgate/conformance'
import t from 'tap'
import { gatedServer } from '../fixtures/gated-server.ts'

t.test(
  'who is refused with a body that came late is refused for good: nobody reads on',
  async (t) => {
    let failed: unknown
    const { port, admission } = await gatedServer(
      t,
      async (request, response) => {
        try {
          for await (const _chunk of request);
          response.end('served')
        } catch (error) {
          failed = error
        }
      },
      { admission: { limit: 1, queue: false } },
    )
    const client = new RawSocket(port)
    client.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 8\r\n\r\nhalf')
    await until('its permit goes back', () => admission.snapshot().detached === 1)
    const release = occupy(admission)
    client.write('half')
    await client.hears('"reason":"full"')
    t.match(client.text, /^HTTP\/1\.1 503 [\s\S]*connection: close/i)
    await until('its connection ends', () => client.closed)
    await until('its handler hears of it', () => failed !== undefined)
    t.match(failed, { code: 'ECONNRESET' })
    release()
  },
)
