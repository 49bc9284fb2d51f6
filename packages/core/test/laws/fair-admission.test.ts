import fc from 'fast-check'
import t from 'tap'
import { fairCommands, fairOptions } from '../model/fair-command.ts'
import { FairRun } from '../model/fair-run.ts'

// A long run: `RUNS=100000 npm run test:long` in the package; SEED=1 repeats one.
const numRuns = Number(process.env.RUNS ?? 2_000)
// The machine may have other things to do: tap's own limit is for tests that hang.
t.setTimeout(600_000)
const seed = Number(process.env.SEED ?? Date.now())
t.comment(`seed ${seed}, ${numRuns} runs`)

for (const [orders, what] of [
  [['fifo', 'lifo'], 'decides as the model does, and keeps its invariants'],
  [['auto'], 'keeps its invariants whichever order the queue asks for'],
] as const) {
  t.test(what, async (t) => {
    const reached = new Map<string, number>()
    const property = fc.property(fairOptions(...orders), fairCommands, (options, list) => {
      const run = new FairRun(options)
      for (const command of list) run.run(command)
      for (const { guest } of run.guests) {
        reached.set(guest.state, (reached.get(guest.state) ?? 0) + 1)
      }
      run.finish()
    })
    t.doesNotThrow(() => fc.assert(property, { seed, numRuns }))
    const endings = ['running', 'released', 'queued', 'shed', 'full', 'tenant-full', 'evicted']
    for (const state of [
      ...endings,
      'replaced',
      'expired',
      'left',
      'doomed',
      'pressure',
      'draining',
    ])
      t.ok((reached.get(state) ?? 0) > 0, `${state}: reached ${reached.get(state)} times`)
  })
}
