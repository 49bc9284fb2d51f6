import fc from 'fast-check'
import t from 'tap'
import { ModelRun } from './model-run.ts'
import { commands } from './random-command.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test('decides as the model does, for every request after every command', async (t) => {
  const reached = new Map<string, number>()
  const given = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.boolean())
  const property = fc.property(given, commands({ lively: false }), ([places, isGenerous], list) => {
    const run = new ModelRun(places, isGenerous)
    for (const command of list) run.run(command)
    for (const state of run.model.states) reached.set(state, (reached.get(state) ?? 0) + 1)
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1_000 }))
  const endings = ['running', 'released', 'queued', 'shed', 'full', 'evicted', 'expired', 'left']
  for (const state of endings)
    t.ok((reached.get(state) ?? 0) > 10, `${state}: reached ${reached.get(state)} times`)
})
