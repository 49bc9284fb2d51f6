import t from 'tap'
import { formatSpread, spreadOf } from '../../src/report/spread.ts'

t.same(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 })
t.same(spreadOf([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4 })
t.equal(spreadOf([]), undefined)
t.equal(formatSpread([0.97, 0.99, 0.98], 2), '0.98 (0.97–0.99)')
t.equal(formatSpread([0.5], 2), '0.50')
t.equal(formatSpread([], 2), '–')
// What never happened is beyond every number: the median says whether it usually did.
t.equal(formatSpread([100, undefined, 300], 0, 'never'), '300 (100–never)')
t.equal(formatSpread([100, undefined, undefined], 0, 'never'), 'never (100–never)')
