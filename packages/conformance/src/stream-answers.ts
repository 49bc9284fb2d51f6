import type { Test } from 'tap'
import type { HostUnderTest } from './host-under-test.ts'
import { askOnStream, openSession } from './session.ts'
import { Stage } from './stage.ts'

const ANSWERS: Readonly<Record<string, readonly [number, string]>> = {
  '/ok': [200, 'served'],
  '/stream': [200, 'part'.repeat(4)],
  '/hijack': [200, 'raw'],
  '/empty': [204, ''],
  '/unchanged': [304, ''],
  '/throws': [500, ''],
  '/rejects': [500, ''],
  '/nowhere': [404, ''],
  '/livez': [200, 'alive'],
}

/** Over HTTP/2 too, everything that has an answer gets it unchanged. */
export function testStreamAnswers(t: Test, host: HostUnderTest): void {
  t.test(`${host.name}: every stream gets its answer, and every permit comes back`, async (t) => {
    const stage = await Stage.open(t, host)
    const client = openSession(t, stage)
    for (const [path, [statusCode, body]] of Object.entries(ANSWERS)) {
      const answer = await askOnStream(client, { ':path': path })
      t.equal(answer.statusCode, statusCode, path)
      // What a host says of an error is its own.
      if (statusCode < 400) t.equal(answer.body, body, path)
    }
    if (!host.hangsOnHead) {
      const head = await askOnStream(client, { ':path': '/ok', ':method': 'HEAD' })
      t.match(head, { statusCode: 200, body: '' })
    }
    const post = { ':path': '/ok', ':method': 'POST', 'content-type': 'text/plain' }
    t.match(await askOnStream(client, post, 'x'.repeat(100_000)), {
      statusCode: 200,
      body: 'served',
    })
    await stage.isBack(t)
  })
}
