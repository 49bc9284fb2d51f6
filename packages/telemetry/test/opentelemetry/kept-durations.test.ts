import t from 'tap'
import { KeptDurations } from '../../src/opentelemetry/kept-durations.ts'

t.test('hands out what it keeps, in order and once, and is bounded', async (t) => {
  const kept = new KeptDurations()
  let kept1000 = 0
  for (let n = 0; n < 1_000; n += 1) if (kept.tryKeep(n)) kept1000 += 1
  t.equal(kept1000, 512)
  const heard: number[] = []
  const record = (seconds: number): number => heard.push(seconds)
  t.equal(
    kept.empty(() => heard.length < 500, record),
    12,
    'those for which there was no time',
  )
  t.same(heard.slice(-2), [498, 499])
  t.equal(
    kept.empty(() => true, record),
    0,
  )
  t.equal(heard.length, 500)
  t.ok(kept.tryKeep(7))
})
