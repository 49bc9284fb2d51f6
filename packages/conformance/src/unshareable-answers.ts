import type { Test } from 'tap'
import { ask } from './ask.ts'
import type { SharingHost } from './host-under-test.ts'
import { get, RawSocket } from './raw-socket.ts'
import { SharedStage } from './shared-stage.ts'
import { until } from './until.ts'

const OWN = ['cookie', 'private', 'vary-all', 'events']

/** What is for one alone goes to one alone. */
export function testUnshareable(t: Test, host: SharingHost): void {
  for (const name of OWN) {
    t.test(`${host.name}: ${name}: each gets its own, and none waits the next time`, async (t) => {
      const shared = await SharedStage.open(t, host)
      const { stage } = shared
      const path = `/shared/${name}`
      const answers = await shared.crowd(3, { path })
      stage.service.finishAll()
      await until('the others run', () => stage.service.running === 2)
      stage.service.finishAll()
      const bodies = (await Promise.all(answers)).map(({ body }) => body)
      t.equal(new Set(bodies).size, 3, `${bodies}`)
      const next = [ask(stage.port, { path }), ask(stage.port, { path })]
      await shared.running(2)
      t.equal(stage.admission.snapshot().coalesced.hitForMiss, 2)
      stage.service.finishAll()
      await Promise.all(next)
      await stage.isBack(t)
    })
  }

  t.test(
    `${host.name}: parts of a body, and whoever sends a cookie, share with nobody`,
    async (t) => {
      const shared = await SharedStage.open(t, host, { coalesce: { ttlMs: 60_000 } })
      const { stage } = shared
      const ranged = { path: '/shared/range', headers: { range: 'bytes=0-3' } }
      const known = [{ cookie: 'a=1' }, { authorization: 'Basic YTph' }, { 'x-api-key': 'k' }]
      const named = known.map((headers) => ({ path: '/shared/text', headers }))
      for (const question of [ranged, ...named]) {
        const answers = [ask(stage.port, question), ask(stage.port, question)]
        await shared.running(2)
        stage.service.finishAll()
        const [first] = await Promise.all(answers)
        t.match(first?.headers['cache-status'], /^headgate; fwd=bypass; detail=/)
        if (question === ranged) t.match(first, { statusCode: 206, body: 'the ' })
      }
      t.equal(shared.begun, 8)
      const whole = await shared.crowd(2, { path: '/shared/range' })
      stage.service.finishAll()
      for (const answer of whole) t.match(await answer, { statusCode: 200 })
      await stage.isBack(t)
    },
  )

  t.test(
    `${host.name}: an answer that lies about its length is whole for nobody, and not kept`,
    async (t) => {
      const shared = await SharedStage.open(t, host, { coalesce: { ttlMs: 60_000 } })
      const { stage } = shared
      const answers = await shared.crowd(3, { path: '/shared/lies' })
      const outcomes = answers.map((answer) => answer.catch(() => undefined))
      stage.service.finishAll()
      await stage.isBack(t)
      for (const socket of stage.sockets) socket.destroy()
      for (const outcome of outcomes) t.notMatch(await outcome, { statusCode: 200, body: 'short' })
      const next = ask(stage.port, { path: '/shared/lies' }).catch(() => undefined)
      await shared.running(1)
      stage.service.finishAll()
      await stage.isBack(t)
      for (const socket of stage.sockets) socket.destroy()
      await next
      t.equal(shared.begun, 2, 'nothing was kept')
    },
  )

  t.test(
    `${host.name}: a follower too slow for a body of any size is cut off, the others are not`,
    async (t) => {
      const shared = await SharedStage.open(t, host, { coalesce: { maxBodyBytes: 200_000 } })
      const { stage } = shared
      const answers = await shared.crowd(2, { path: '/shared/flood', headers: { host: 'a' } })
      const slow = new RawSocket(stage.port)
      slow.socket.pause()
      slow.write(get('/shared/flood'))
      await shared.waiting(2)
      stage.service.finishAll()
      for (const answer of answers) t.equal((await answer).bytes.length, 8 * 2 ** 20)
      t.equal(stage.admission.snapshot().coalesced.cutOff, 1)
      slow.socket.destroy()
      await stage.isBack(t)
    },
  )
}
