import t from 'tap'
import {
  formatCount,
  formatMs,
  formatPercent,
  formatSeconds,
} from '../../src/print/format-number.ts'

t.test('formats', async (t) => {
  t.equal(formatCount(12_345.6), '12,346')
  t.equal(formatPercent(1, 3), '33 %')
  t.equal(formatPercent(0, 0), '-')
  t.equal(formatMs(1234.5), '1,235 ms')
  t.equal(formatMs(undefined), '-')
  t.equal(formatSeconds(1250), '1.3 s')
})
