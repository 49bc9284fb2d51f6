import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, get, listening, RawSocket, until } from '@headgate/conformance'
import t, { type Test } from 'tap'
import { createAdmission, headgate } from '../../src/index.ts'
import { EXPRESSES } from '../fixtures/expresses.ts'

const BYTES = 8 * 2 ** 20

function largeFile(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'large.txt')
  writeFileSync(path, Buffer.alloc(BYTES, 'x'))
  return path
}

for (const [name, express] of Object.entries(EXPRESSES)) {
  t.test(
    `${name}: a file goes on to the others when the first, who did not read it, leaves`,
    async (t) => {
      const path = largeFile(t)
      const admission = createAdmission()
      t.teardown(() => admission.close())
      const app = express()
      const coalesce = { maxBodyBytes: 2 * BYTES, maxAgeMs: 30_000 }
      app.use(headgate({ admission, coalesce }))
      const held: (() => void)[] = []
      app.get('/file', (_request, response) => void held.push(() => response.sendFile(path)))
      const server = createServer(app)
      const sockets: Socket[] = []
      server.on('connection', (socket) => sockets.push(socket))
      const port = await listening(t, server)
      const leader = new RawSocket(port)
      leader.socket.pause()
      leader.write(get('/file'))
      await until('its handler runs', () => held.length === 1)
      const others = [1, 2].map(() => ask(port, { path: '/file', headers: { host: 'a' } }))
      await until('two wait', () => admission.snapshot().coalesced.waiting === 2)
      for (const send of held) send()
      await until('the first holds it up', () => (sockets[0]?.writableLength ?? 0) > 0)
      leader.socket.resetAndDestroy()
      for (const { bytes } of await Promise.all(others)) t.equal(bytes.length, BYTES)
      t.equal(held.length, 1)
    },
  )
}
