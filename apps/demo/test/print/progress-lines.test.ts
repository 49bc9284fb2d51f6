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

t.test('prints a line each two seconds and at the end, of what happened in between', async (t) => {
  const lines: string[] = []
  const printer = new ProgressLines((line) => lines.push(line))
  for (const elapsedMs of [500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500]) {
    printer.onProgress(progress(elapsedMs, elapsedMs < 3000 ? 'before' : 'overload', elapsedMs))
  }
  t.same(lines, [
    '    2 s  before   offered 2,000/s   in time 1,000/s   rejected     0/s   no answer 1,000/s',
    '    4 s  overload offered 2,000/s   in time 1,000/s   rejected     0/s   no answer 1,000/s',
    '    5 s  overload offered 2,000/s   in time 1,000/s   rejected     0/s   no answer 1,000/s',
  ])

  printer.onProgress(progress(500, 'before', 10))
  printer.onProgress(progress(2000, 'before', 100))
  t.match(lines[3], /2 s {2}before {3}offered {3}100\/s/, 'a new run starts at zero')
  t.equal(lines.length, 4)
})
