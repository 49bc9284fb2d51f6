import t from 'tap'
import { addData } from '../../src/report/bench-result.ts'

t.strictSame(addData({}, { runs: [1] }), { runs: [1] })
t.strictSame(addData({ runs: [1], old: [0] }, { runs: [2], new: [3] }), {
  runs: [1, 2],
  old: [0],
  new: [3],
})
t.strictSame(addData({ cpu: { runs: [1] } }, { cpu: { runs: [2] }, pool: { runs: [3] } }), {
  cpu: { runs: [1, 2] },
  pool: { runs: [3] },
})
