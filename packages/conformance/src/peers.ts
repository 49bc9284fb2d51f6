import type { OutgoingHttpHeaders } from 'node:http'
import type { Test } from 'tap'
import { ask, type Question } from './ask.ts'
import type { HostOptions, HostUnderTest } from './host-under-test.ts'
import type { Look } from './look.ts'
import { get, RawSocket } from './raw-socket.ts'
import { Stage } from './stage.ts'
import { until } from './until.ts'

const SAYING: Readonly<Record<string, string>> = {
  'x-request-deadline-ms': '30000',
  'x-request-tier': 'optional',
  'x-tenant-id': 'acme',
  'x-request-attempt': '2;max=3;kind=retry',
}
const TRUSTING: HostOptions = { trust: () => true, context: true }
/** What has been seen to break readers of headers. */
const HOSTILE: readonly OutgoingHttpHeaders[] = [
  { 'x-request-deadline-ms': '-1' },
  { 'x-request-deadline-ms': '9'.repeat(2_000) },
  { 'x-request-deadline-ms': 'NaN' },
  { 'grpc-timeout': '12345678901S' },
  { 'x-request-tier': ['critical', 'critical'] },
  { 'x-request-tier': '__proto__' },
  { 'x-tenant-id': 'a, b' },
  { 'x-tenant-id': 'x'.repeat(4_000) },
  { 'x-request-attempt': '-2;max=NaN;kind=' },
  { 'x-request-attempt': ';'.repeat(4_000) },
]

/** What a sender says of a request is believed where it is trusted, and handed on to the handler. */
export function testPeers(t: Test, host: HostUnderTest): void {
  t.test(`${host.name}: a trusted sender is believed, and the handler knows`, async (t) => {
    const stage = await Stage.open(t, host, { host: TRUSTING })
    for (const question of [{}, POST]) {
      const seen = await lookAt(stage, { ...question, headers: { ...question.headers, ...SAYING } })
      t.match(seen, { handle: { tier: 'optional', tenant: 'acme', attempt: 2 }, context: 'own' })
      const { remainingMs } = seen.handle ?? {}
      t.ok((remainingMs ?? 0) > 0 && (remainingMs ?? 30_001) <= 30_000, 'the deadline runs')
    }
    await stage.isBack(t)
    const { optional, opportunistic } = stage.admission.snapshot().admitted
    // One whose body is late, as it is where the machine stands still for 100 ms, asks once more.
    t.ok(optional === 0 && opportunistic >= 2, 'a retry goes before what it is a retry of')
    t.equal(stage.admission.snapshot().malformed, 0)
  })

  t.test(
    `${host.name}: nobody is believed unless trusted, nor without a context known`,
    async (t) => {
      for (const options of [{}, { trust: () => false }]) {
        const stage = await Stage.open(t, host, { host: options })
        const seen = await lookAt(stage, { headers: SAYING })
        t.match(seen.handle, { tier: 'important', attempt: 1, remainingMs: null, degraded: false })
        t.notOk(seen.handle?.tenant)
        t.equal(seen.context, 'none')
        await stage.isBack(t)
      }
    },
  )

  t.test(`${host.name}: what a sender says may be anything`, async (t) => {
    const stage = await Stage.open(t, host, { host: TRUSTING })
    for (const headers of HOSTILE) {
      const seen = await lookAt(stage, { headers })
      t.match(
        seen.handle,
        { tier: /important|critical/, attempt: 1 },
        JSON.stringify(headers).slice(0, 60),
      )
    }
    t.equal(stage.admission.snapshot().malformed, HOSTILE.length, 'each is counted')
    await stage.isBack(t)
  })

  t.test(`${host.name}: a deadline that has passed is not worked for`, async (t) => {
    const stage = await Stage.open(t, host, { limit: 1, host: TRUSTING })
    const { body } = await ask(stage.port, { path: '/later', headers: { 'grpc-timeout': '0S' } })
    t.equal(JSON.parse(body).reason, 'expired')
    stage.occupy()
    const client = new RawSocket(stage.port)
    client.write(get('/later').replace('host: a', 'host: a\r\nx-request-deadline-ms: 20'))
    await until('it is refused', () => client.count(503) === 1)
    stage.release()
    await stage.isBack(t)
    t.equal(stage.service.begun, 0)
  })
}

const POST: Question = {
  method: 'POST',
  headers: { 'content-type': 'text/plain' },
  body: 'x'.repeat(100_000),
}

async function lookAt({ port }: Stage, question: Question): Promise<Look> {
  return JSON.parse((await ask(port, { path: '/handle', ...question })).body) as Look
}
