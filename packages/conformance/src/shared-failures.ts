import type { Test } from 'tap'
import { ask } from './ask.ts'
import type { SharingHost } from './host-under-test.ts'
import { SharedStage } from './shared-stage.ts'
import { until } from './until.ts'

const BRIDGED = { coalesce: { ttlMs: 0.001, staleIfErrorMs: 60_000 } }

/** What was good a while ago is better than an error, for those who said so. */
export function testSharedFailures(t: Test, host: SharingHost): void {
  for (const [name, statusCode] of [
    ['fails', 503],
    ['throws', 500],
  ] as const) {
    t.test(`${host.name}: it ${name}, and all get what was good before`, async (t) => {
      const shared = await SharedStage.open(t, host, BRIDGED)
      const { stage } = shared
      const path = `/shared/${name}`
      const [first] = await shared.crowd(1, { path })
      stage.service.finishAll()
      const good = await first
      t.match(good, { statusCode: 200, body: 'good' })
      const answers = await Promise.all(
        await shared.crowd(3, { path }).then((all) => {
          stage.service.finishAll()
          return all
        }),
      )
      for (const answer of answers) {
        t.same([answer.statusCode, answer.statusMessage, answer.body], [200, 'OK', 'good'])
        t.same(answer.headers['content-type'], good?.headers['content-type'])
        t.equal(answer.headers['x-failure'], undefined)
      }
      const said = answers.map(({ headers }) => headers['cache-status'])
      t.match(said[0], new RegExp(`^headgate; fwd=stale; fwd-status=${statusCode}; ttl=-\\d+$`))
      t.match(said[2], new RegExp(`^headgate; fwd=stale; fwd-status=${statusCode}; collapsed; ttl`))
      t.equal(new Set(answers.map(({ headers }) => headers['x-request'])).size, 3)
      const spared = await ask(stage.port, { path })
      t.match(spared, { statusCode: 200, body: 'good' })
      t.match(spared.headers['cache-status'], /^headgate; hit; ttl=-\d+$/)
      t.equal(shared.begun, 2, 'who comes next does not ask what failed a moment ago')
      await stage.isBack(t)
    })
  }

  t.test(`${host.name}: without a word of it a failure is a failure`, async (t) => {
    const shared = await SharedStage.open(t, host, { coalesce: { ttlMs: 0.001, staleMs: 60_000 } })
    const { stage } = shared
    const path = '/shared/fails'
    const [first] = await shared.crowd(1, { path })
    stage.service.finishAll()
    await first
    const failing = ask(stage.port, { path })
    await shared.running(1)
    stage.service.finishAll()
    t.match(await failing, { statusCode: 503, body: 'not today', headers: { 'x-failure': '1' } })
    await until('all is quiet', () => stage.service.running === 0)
    await stage.isBack(t)
  })
}
