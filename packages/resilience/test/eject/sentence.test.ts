import t from 'tap'
import { Sentence } from '../../src/eject/sentence.ts'

t.test('each is longer by the first, up to the longest', async (t) => {
  const sentence = new Sentence()
  t.ok(sentence.isServed)
  const lengths: number[] = []
  let nowMs = 0
  for (let count = 0; count < 12; count += 1) {
    lengths.push(sentence.begin(nowMs, 30, 300))
    t.notOk(sentence.isServed)
    nowMs = sentence.untilMs
    sentence.end(nowMs)
    t.ok(sentence.isServed)
  }
  t.same(lengths, [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300])
})

t.test('one is forgiven for each tenth of the longest that went well', async (t) => {
  const sentence = new Sentence()
  for (let count = 0; count < 3; count += 1) {
    sentence.begin(count, 30, 300)
    sentence.end(count)
  }
  t.equal(sentence.begin(2 + 29, 30, 300), 120)
  sentence.end(31)
  t.equal(sentence.begin(31 + 60, 30, 300), 90, 'two forgiven, one added')
  sentence.end(91)
  t.equal(sentence.begin(1e6, 30, 300), 30)
})
