import t from 'tap'
import { awaited, type MicroCase, sync } from '../../src/micro/micro-case.ts'
import { permitCases } from '../../src/micro/permit-cases.ts'
import { refusalCases } from '../../src/micro/refusal-cases.ts'
import { timeCase } from '../../src/micro/time-case.ts'

/** Operations done, of those timed. */
async function check(create: (work: () => void) => MicroCase): Promise<void> {
  let done = 0
  const timed = await timeCase({
    ...create(() => {
      done += 1
    }),
    times: 10,
  })
  t.equal(timed.length, 7)
  t.equal(done, 100, 'with three rounds to warm up')
  t.ok(timed.every(({ name, task, nsPerOp }) => name === 'x' && task === 'y' && nsPerOp > 0))
}

await check((work) => sync('y', 'x', work))
await check((work) => awaited('y', 'x', async () => work()))

t.test('every case runs', async (t) => {
  const cases = [...permitCases(), ...refusalCases()]
  for (const each of cases) await each.run(3)
  t.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
})
