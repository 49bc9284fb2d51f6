import type { LoadReport } from '@headgate/loadgen'
import t from 'tap'
import { invalidReasons } from '../../src/measure/invalid-reasons.ts'

/** Three seconds; in the last, something else had the core for `stolenMs`. */
function reasons(late: string | undefined, stolenMs: number): readonly string[] {
  const phases = ['warm-up', 'before', 'overload'].map((name, second) => ({
    name,
    startMs: second * 1000,
    durationMs: 1000,
    ...(name === late && { invalidReason: `${name}: late` }),
  }))
  const reading = (atEpochMs: number, stolen: number): object => ({
    ...{ atEpochMs, cpuMs: 0, busyMs: 0, jobs: 0, stolenMs: stolen },
  })
  const readings = [reading(-100, 0), reading(0, 0), reading(2000, 0), reading(3000, stolenMs)]
  const report = { startedAtEpochMs: 0, phases } as unknown as LoadReport
  return invalidReasons(report, ['before', 'overload'], readings as never)
}

t.same(reasons(undefined, 0), [])
t.same(reasons('before', 0), ['before: late'])
t.same(reasons('warm-up', 0), [], 'what warms up is not measured')
t.same(reasons(undefined, 50), [], 'a twentieth is borne')
t.same(reasons(undefined, 100), ["overload: others had the server's core for 10 % of it"])
