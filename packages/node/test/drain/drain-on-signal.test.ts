import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { get, RawSocket, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, drainOnSignal } from '../../src/index.ts'

const SERVER = fileURLToPath(new URL('../fixtures/draining-server.js', import.meta.url))
const PAIR = fileURLToPath(new URL('../fixtures/draining-pair.js', import.meta.url))

interface Told {
  readonly port?: number
  readonly state?: string
  readonly report?: object
}

/** A server in a process of its own, until the test is over. */
async function start(
  t: { teardown(task: () => unknown): void },
  env: NodeJS.ProcessEnv = {},
  fixture = SERVER,
) {
  const child: ChildProcess = fork(fixture, [], { env: { ...process.env, ...env }, silent: true })
  const lines: string[] = []
  child.stderr?.on('data', (chunk) => lines.push(String(chunk)))
  t.teardown(() => child.kill('SIGKILL'))
  const told: Told[] = []
  child.on('message', (message: Told) => told.push(message))
  await until('it listens', () => told.length > 0)
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  return { child, told, exited, lines, port: told[0]?.port as number }
}

t.test('a signal ends the process once all is served, with code 0', async (t) => {
  const { child, told, exited, port } = await start(t)
  const client = new RawSocket(port).write(get('/held'))
  const probe = new RawSocket(port).write(get())
  await probe.hears('done')
  child.kill('SIGTERM')
  await client.hears('held')
  t.same(await exited, [0, null])
  t.match(told, [
    { port },
    { state: 'leaving' },
    { state: 'draining' },
    { report: { leftover: 0 } },
  ])
})

t.test('what does not end is cut off, and told of', async (t) => {
  const { child, told, exited, port } = await start(t, { DRAIN_TIMEOUT_MS: '50' })
  new RawSocket(port).write(get('/never'))
  const probe = new RawSocket(port).write(get())
  await probe.hears('done')
  child.kill('SIGINT')
  t.same(await exited, [0, null])
  t.match(told.at(-1), { report: { leftover: 1, connections: 1 } })
})

t.test('a second signal ends the process at once', async (t) => {
  const { child, told, exited, port } = await start(t)
  new RawSocket(port).write(get('/never'))
  const probe = new RawSocket(port).write(get())
  await probe.hears('done')
  child.kill('SIGTERM')
  await until('it leaves', () => told.length > 1)
  child.kill('SIGTERM')
  t.same(await exited, [128 + 15, null])
})

t.test('a process with two servers goes when both are drained', async (t) => {
  const { child, told, exited, port } = await start(t, {}, PAIR)
  const client = new RawSocket(port).write(get('/held'))
  await until('it holds a request', () => told.length > 1)
  child.kill('SIGTERM')
  t.same(await exited, [0, null])
  await client.hears('\r\n\r\nheld')
  t.match(told, [{ port }, { state: 'held' }, { state: 'idle' }, { state: 'busy' }])
})

t.test('a second signal ends a process with two servers at once', async (t) => {
  const { child, told, exited, port } = await start(t, {}, PAIR)
  new RawSocket(port).write(get('/never'))
  await until('it holds a request', () => told.length > 1)
  child.kill('SIGTERM')
  await until('one is drained', () => told.length > 2)
  child.kill('SIGUSR2')
  t.same(await exited, [128 + 12, null])
})

t.test('an onDrained that fails does not keep the process, and is warned of before', async (t) => {
  // tap sets `--no-warnings` for the processes of a test on Node.js 26.
  const { child, exited, lines } = await start(t, { DRAIN_FAILS: 'yes', NODE_OPTIONS: '' })
  child.kill('SIGTERM')
  t.same(await exited, [0, null])
  await until('its last words are read', () => lines.join('').includes('the pool is gone'))
  t.match(lines.join(''), /HG_WARN_UNHEARD_ERROR.*`onDrained`/)
})

t.test('says at once what is wrong with an option', async (t) => {
  const [server, admission] = [createServer(), createAdmission()]
  // The test runner listens as well.
  const [before, before2] = ['SIGTERM', 'SIGUSR2'].map((name) => process.listenerCount(name))
  t.teardown(() => admission.close())
  for (const options of [
    { drainDelayMs: -1 },
    { lastCallMs: Number.NaN },
    { timeoutMs: 2 ** 31 },
    { queue: 'drop' },
    { signals: [] },
    { onDrained: 'exit' },
    { exit: 1 },
    { graceMs: 5 },
  ]) {
    t.throws(() => drainOnSignal(server, admission, options as never), { code: 'HG_ERR_OPTION' })
  }
  t.throws(() => drainOnSignal({} as never, admission), { code: 'HG_ERR_OPTION' })
  t.throws(() => drainOnSignal(server, undefined as never), {
    code: 'HG_ERR_OPTION',
    option: 'admission',
    message: /createAdmission.*undefined/,
  })
  for (const [signals, message] of [
    [[], /at least one.*not an empty one/],
    [['SIGTERM', 'SIGFOO'], /names of signals.*"SIGFOO"/],
    [['SIGKILL'], /can be listened to.*"SIGKILL"/],
    ['SIGTERM', /array.*"SIGTERM"/],
  ] as const) {
    const options = { signals } as never
    t.throws(() => drainOnSignal(server, admission, options), { code: 'HG_ERR_OPTION', message })
  }
  t.equal(process.listenerCount('SIGTERM'), before, 'and then waits for nothing')
  const { stop } = drainOnSignal(server, admission, { signals: ['SIGUSR2', 'SIGUSR2'] })
  t.equal(process.listenerCount('SIGUSR2'), Number(before2) + 1)
  stop()
  t.equal(process.listenerCount('SIGUSR2'), before2)
  t.throws(() => createAdmission({ drainDelayMs: -1 }), { code: 'HG_ERR_OPTION' })
})

t.test('takes no app for a server', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const before = process.listenerCount('SIGTERM')
  const listen = (): object => createServer()
  // As Express's, as Koa's, and as such where its server was put on it.
  const apps = [Object.assign(() => {}, { listen }), { listen }, { listen, server: createServer() }]
  for (const app of apps) {
    t.throws(() => drainOnSignal(app as never, admission), {
      code: 'HG_ERR_OPTION',
      option: 'server',
      message: /app\.listen\(\) returned/,
    })
  }
  t.equal(process.listenerCount('SIGTERM'), before)
})

t.test('an app that closes by itself is closed its own way, once', async (t) => {
  const admission = createAdmission({ drainDelayMs: 0 })
  const server = createServer()
  let closed = 0
  const close = async (): Promise<void> => {
    closed += 1
    throw new Error('it does not matter')
  }
  const drain = drainOnSignal({ server, close }, admission, { lastCallMs: 0 })
  const report = await drain.start()
  t.match(report, { leftover: 0, connections: 0 })
  t.equal(await drain.start(), report, 'a second call finds the same drain')
  t.equal(closed, 1)
  t.equal(admission.snapshot().errors, 1)
  drain.stop()
})
