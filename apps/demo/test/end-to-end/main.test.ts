import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import t from 'tap'

/** The demo as its user starts it. */
function start(args: readonly string[], env: Record<string, string> = {}) {
  const main = fileURLToPath(new URL('../../src/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  t.teardown(() => child.kill('SIGKILL'))
  return { child, ended: collect(child) }
}

function collect(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const text = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    text.out += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    text.err += chunk
  })
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, ...text }))
  })
}

/** Resolves with the address when the shop says it. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = ''
    child.stdout?.on('data', (chunk) => {
      out += chunk
      const url = /The shop is at (\S+)\. /.exec(out)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.on('close', () => reject(new Error(`ended early: ${out}`)))
  })
}

t.test('explains itself', async (t) => {
  t.match(await start(['--help']).ended, { code: 0, out: /npm start -- serve --without/, err: '' })
})

t.test('refuses what it does not understand with exit code 2', async (t) => {
  const wrong = { code: 2, out: '', err: /unknown command: sevre.*\nSee: npm start -- --help\n/ }
  t.match(await start(['sevre']).ended, wrong)
  t.match(await start(['serve'], { PORT: '-1' }).ended, { code: 2, err: /PORT must be/ })
})

t.test('says so when the port is taken', async (t) => {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const taken = { code: 1, out: '', err: `port ${port} is taken; choose another one` }
  t.match(await start(['serve'], { PORT: String(port) }).ended, taken)
})

t.test('says so when the database cannot be used', async (t) => {
  const env = { PORT: '0', DATABASE_URL: 'postgres://shop:secret@127.0.0.1:1/shop' }
  const result = await start(['serve'], env).ended
  t.match(result, { code: 1, err: /^the database at DATABASE_URL cannot be used: .*ECONNREFUSED/ })
  t.notMatch(result.err, /secret/)
})

t.test('serves until Ctrl-C, and lets what is under way finish', async (t) => {
  const { child, ended } = start(['serve'], { PORT: '0' })
  const url = await listening(child)
  t.equal((await fetch(`${url}/livez`)).status, 200)
  const report = fetch(`${url}/reports/daily`)
  // The report is under way once a request that was sent after it is answered.
  t.equal((await fetch(`${url}/products/1`)).status, 200)
  child.kill('SIGINT')
  child.kill('SIGINT')
  t.equal((await report).status, 200)
  t.match(await ended, { code: 0, out: /Draining.*\nStopped\.\n$/ })
})
