import t from 'tap'
import { ProgressLines } from '../../src/print/progress-lines.ts'

const progress = (elapsedMs: number, phase: string, served: number) => ({
  elapsedMs,
  totalMs: 4500,
  phase,
  offered: served * 2,
  served,
  rejected: 0,
  failed: served,
  inFlight: 0,
})

t.test('prints a line each two seconds, of what happened in between', async (t) => {
  const lines: string[] = []
  const printer = new ProgressLines((line) => lines.push(line))
  for (const elapsedMs of [510, 1020, 1530, 2000, 2510, 3020, 3530, 4000, 4510]) {
    printer.onProgress(progress(elapsedMs, elapsedMs < 2000 ? 'before' : 'overload', elapsedMs))
  }
  t.same(lines, [
    '    2 s  before     offered 2,000/s   in time 1,000/s   rejected     0/s   no answer 1,000/s',
    '    4 s  overload   offered 2,000/s   in time 1,000/s   rejected     0/s   no answer 1,000/s',
  ])
})

t.test('starts a new run at zero', async (t) => {
  const lines: string[] = []
  const printer = new ProgressLines((line) => lines.push(line))
  printer.onProgress(progress(4000, 'after', 4000))
  printer.onProgress(progress(500, 'before', 10))
  printer.onProgress(progress(2000, 'overload', 100))
  t.match(lines[1], /2 s {2}before +offered +100\/s/)
  t.equal(lines.length, 2)
})
