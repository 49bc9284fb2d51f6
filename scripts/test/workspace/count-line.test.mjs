import t from 'tap'
import { countLine } from '../../workspace/count-line.mjs'

t.test('names what was skipped only when something was', async (t) => {
  t.equal(countLine({ passed: 3, failed: 0, skipped: 0 }), '3 passed, 0 failed')
  t.equal(countLine({ passed: 3, failed: 1, skipped: 2 }), '3 passed, 1 failed, 2 skipped')
})
