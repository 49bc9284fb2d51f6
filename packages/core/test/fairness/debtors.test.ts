import t from 'tap'
import { Debtors } from '../../src/fairness/debtors.ts'
import { createFlow } from './create-flow.ts'

const MOST = 4_096

t.test('forgives the oldest when there are too many', async (t) => {
  const debtors = new Debtors()
  const flows = Array.from({ length: MOST }, () => createFlow())
  for (const flow of flows) t.equal(debtors.add(flow), undefined)
  t.equal(debtors.size, MOST)
  for (const oldest of flows.slice(0, 3)) {
    t.ok(debtors.add(createFlow()) === oldest)
    t.equal(oldest.debtPlace, -1)
  }
  t.equal(debtors.size, MOST)
})

t.test('who comes back leaves a place that somebody else is not forgiven for', async (t) => {
  const debtors = new Debtors()
  const flows = Array.from({ length: MOST }, () => createFlow())
  for (const flow of flows) debtors.add(flow)
  const [first, second] = flows as [(typeof flows)[0], (typeof flows)[0]]
  debtors.remove(first)
  t.equal(debtors.size, MOST - 1)
  t.equal(debtors.add(createFlow()), undefined)
  t.ok(debtors.add(createFlow()) === second)
})

t.test('forgets all at once', async (t) => {
  const debtors = new Debtors()
  for (let count = 0; count < 10; count += 1) debtors.add(createFlow())
  debtors.clear()
  t.equal(debtors.size, 0)
  const flow = createFlow()
  debtors.add(flow)
  t.equal(debtors.size, 1)
  debtors.remove(flow)
  t.equal(debtors.size, 0)
})
