import t from 'tap'
import { Heartbeat } from '../../src/liveness/heartbeat.ts'

t.test('counts silence, until the next beat', async (t) => {
  const heartbeat = new Heartbeat(200)
  heartbeat.look(1, 1_000)
  for (const nowMs of [1_050, 1_100, 1_150]) heartbeat.look(1, nowMs)
  t.equal(heartbeat.silentMs, 150)
  heartbeat.look(2, 1_200)
  t.equal(heartbeat.silentMs, 0)
})

t.test('time in which nobody ran is nobody’s silence', async (t) => {
  const heartbeat = new Heartbeat(200)
  heartbeat.look(1, 1_000)
  heartbeat.look(1, 3_600_000)
  t.equal(heartbeat.silentMs, 200)
})
