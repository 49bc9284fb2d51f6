import { Writable } from 'node:stream'
import { calm, giveBack, keepWarnings, occupy, until } from '@headgate/conformance'
import { createAdmission } from '@headgate/node'
import fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { type FastifyHeadgateOptions, headgate } from '../src/index.ts'

interface Line {
  readonly level: number
  readonly msg: string
  readonly reason?: string
  readonly [key: string]: unknown
}

const WARN = 40
const ERROR = 50
const INFO = 30

/** An app whose log is kept: the gate's lines, and whatever else is a warning or worse. */
async function logging(
  t: { teardown(task: () => unknown): void },
  options: FastifyHeadgateOptions,
): Promise<{ app: FastifyInstance; lines: Line[] }> {
  const lines: Line[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const line = JSON.parse(chunk.toString()) as Line
      if (line.level >= WARN || line.msg.startsWith('headgate')) lines.push(line)
      done()
    },
  })
  const app = fastify({ logger: { level: 'info', stream } })
  // Nobody is refused because the machine of the test is slow.
  const queue = { maxWaitMs: 60_000 } as const
  await app.register(headgate, options.admission ? options : { queue, ...options })
  calm(app.headgate)
  t.teardown(() => {
    giveBack(app.headgate)
    return app.close()
  })
  app.get('/', async () => 'served')
  return { app, lines }
}

t.test('one line into overload, one out of it, and none for a request', async (t) => {
  const { app, lines } = await logging(t, { limit: 1, queue: false })
  const release = occupy(app.headgate)
  for (let n = 0; n < 200; n += 1) await app.inject('/')
  t.equal(lines.length, 1)
  t.match(lines[0], {
    level: WARN,
    msg: 'headgate: overloaded',
    reason: 'full',
    limit: 1,
    inFlight: 1,
    queued: 0,
  })
  release()
  for (let n = 0; n < 5; n += 1) {
    await app.inject('/')
    await until('the permit is back', () => app.headgate.snapshot().inFlight === 0)
  }
  await until('it is over', () => !app.headgate.snapshot().overloaded)
  t.equal(lines.length, 2)
  t.match(lines[1], { level: INFO, msg: 'headgate: no longer overloaded', rejected: 200 })
  t.type(lines[1]?.lastedMs, 'number')
})

t.test('no line at all without overload', async (t) => {
  const { app, lines } = await logging(t, {})
  for (let n = 0; n < 50; n += 1) await app.inject('/')
  await app.headgate.drain()
  await app.inject('/')
  t.same(lines, [])
})

t.test('an error in a function of the user’s is a line, once a second', async (t) => {
  const { app, lines } = await logging(t, {
    tier: () => {
      throw new Error('no tier today')
    },
  })
  for (let n = 0; n < 20; n += 1) t.equal((await app.inject('/')).statusCode, 200)
  t.match(lines[0], {
    level: ERROR,
    msg: 'headgate: tier failed; the service went on without it',
    err: { message: 'no tier today' },
    suppressed: 0,
  })
  t.ok(lines.length < 20)
})

t.test('a shared admission outlives the app without logging for it', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  t.teardown(() => admission.close())
  const { app, lines } = await logging(t, { admission })
  await app.close()
  occupy(admission)
  admission.tryAcquire()
  t.equal(admission.snapshot().overloaded, true)
  t.same(lines, [])
})

t.test('two apps on one admission tell of it twice at most, each in its own log', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  t.teardown(() => admission.close())
  const first = await logging(t, { admission })
  const second = await logging(t, { admission })
  occupy(admission)
  for (let n = 0; n < 20; n += 1) await first.app.inject('/')
  t.equal(first.lines.length, 1)
  t.equal(second.lines.length, 1)
})

t.test('works with the logger off', async (t) => {
  const app = fastify({ logger: false })
  t.teardown(() => app.close())
  await app.register(headgate, { limit: 1, queue: false })
  app.get('/', async () => 'served')
  const release = occupy(app.headgate)
  t.equal((await app.inject('/')).statusCode, 503)
  release()
  t.equal((await app.inject('/')).statusCode, 200)
})

t.test('an error that no logger is told of is warned of', async (t) => {
  const warnings = keepWarnings(t)
  const options: FastifyHeadgateOptions = {
    tier: () => {
      throw new Error('no tier today')
    },
  }
  const logged = await logging(t, options)
  t.equal((await logged.app.inject('/')).statusCode, 200)
  await new Promise(setImmediate)
  t.equal(logged.lines.length, 1)
  t.same(warnings, [])

  const mute = fastify()
  t.teardown(() => mute.close())
  await mute.register(headgate, options)
  mute.get('/', async () => 'served')
  t.equal((await mute.inject('/')).statusCode, 200)
  await new Promise(setImmediate)
  t.match(warnings, [{ code: 'HG_WARN_UNHEARD_ERROR' }])
  t.equal(warnings.length, 1)
})
