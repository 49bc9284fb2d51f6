import t from 'tap'
import { dropReport, readReport, writeReport } from '../../workspace/test-report.mjs'

t.test('gives back what was written, and a failure when nothing was', async (t) => {
  const folder = t.testdir({})
  t.strictSame(readReport(folder), { passed: 0, failed: 1, skipped: 0 })
  const count = { passed: 3, failed: 0, skipped: 1 }
  writeReport(folder, count)
  t.strictSame(readReport(folder), count)
  dropReport(folder)
  t.equal(readReport(folder).failed, 1)
})
