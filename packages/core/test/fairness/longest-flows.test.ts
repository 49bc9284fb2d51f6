import fc from 'fast-check'
import t from 'tap'
import { LongestFlows } from '../../src/fairness/longest-flows.ts'
import { createFlow } from './create-flow.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test('of nobody, nobody is the longest', async (t) => {
  t.equal(new LongestFlows().longest, undefined)
})

t.test('knows one of the longest after every change', async (t) => {
  const step = fc.record({ which: fc.nat({ max: 5 }), grows: fc.boolean() })
  const property = fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
    const lengths = new LongestFlows()
    const flows = Array.from({ length: 6 }, () => createFlow())
    return steps.every(({ which, grows }) => {
      const flow = flows[which] as (typeof flows)[number]
      if (!grows && flow.length === 0) return true
      flow.length += grows ? 1 : -1
      lengths.onChange(flow, flow.length + (grows ? -1 : 1))
      const most = Math.max(...flows.map(({ length }) => length))
      return (lengths.longest?.length ?? 0) === most
    })
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})
