import t from 'tap'
import { Degradation } from '../../src/pressure/degradation.ts'

t.test('what is high stays so until it is well below where it began', async (t) => {
  const degradation = new Degradation()
  const seen = [0, 0.69, 0.7, 0.6, 0.5, 0.49, 0.6, 0.9, 0].map((level) => {
    degradation.onSample(level)
    return degradation.isHigh
  })
  t.same(seen, [false, false, true, true, true, false, false, true, false])
})
