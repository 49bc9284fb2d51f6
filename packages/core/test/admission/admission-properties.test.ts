import fc from 'fast-check'
import t from 'tap'
import { admissionOptions, commands } from './random-command.ts'
import { RandomRun } from './random-run.ts'

const RUNS = 1_000
const seed = Date.now()
t.comment(`seed ${seed}`)

for (const lively of [false, true]) {
  for (const hasDispatcher of [false, true]) {
    const what = lively ? 'requests that call back in' : 'requests that only come and go'
    const how = hasDispatcher ? 'with a dispatcher' : 'without a dispatcher'
    t.test(`keeps its word with ${what}, ${how}`, async (t) => {
      const property = fc.property(admissionOptions, commands({ lively }), (options, list) => {
        const run = new RandomRun(options, hasDispatcher)
        for (const command of list) {
          run.run(command)
          if (run.wrong.length > 0) break
        }
        if (run.wrong.length === 0) run.finish()
        if (run.wrong.length > 0) throw new Error(run.wrong.join('; '))
      })
      t.doesNotThrow(() => fc.assert(property, { seed, numRuns: RUNS }))
    })
  }
}
