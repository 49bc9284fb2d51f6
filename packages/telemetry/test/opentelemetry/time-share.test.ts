import t from 'tap'
import { TimeShare } from '../../src/opentelemetry/time-share.ts'

t.test('what blocks is soon asked no more, and what was left out is counted', async (t) => {
  const share = new TimeShare()
  const endMs = performance.now() + 150
  let ran = 0
  for (let asked = 0; asked < 1_000; asked += 1) {
    if (!share.tryTake()) continue
    share.spend(() => {
      ran += 1
      while (performance.now() < endMs) {}
    })
  }
  t.equal(ran, 1, 'the first took all there was')
  t.equal(share.dropped, 999)
})

t.test('what throws is counted, and is no error of the caller', async (t) => {
  const share = new TimeShare()
  t.equal(
    share.spend(() => {
      throw new Error('broken')
    }),
    undefined,
  )
  t.equal(share.errors, 1)
  t.equal(
    share.spend(() => 7),
    7,
  )
})
