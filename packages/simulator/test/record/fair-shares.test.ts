import t from 'tap'
import {
  Attempt,
  byOwner,
  Call,
  constant,
  jainIndex,
  slotTimeMs,
  steadyRate,
} from '../../src/index.ts'

const CLIENTS = { name: 'clients', load: steadyRate(1), work: constant(1) }

t.test("Jain's index is 1 for equal shares and 1/n for one who has all", async (t) => {
  t.equal(jainIndex([5, 5, 5, 5]), 1)
  t.equal(jainIndex([8, 0, 0, 0]), 0.25)
  t.equal(jainIndex([1, 3]), 16 / 20)
  t.equal(jainIndex([0, 0]), 1)
})

t.test('slot time is what permits were held for, within the span', async (t) => {
  const attempts = [
    attempt({ startedMs: 0, endedMs: 30 }),
    attempt({ startedMs: 10, endedMs: 15, cost: 2 }),
    attempt({ startedMs: 50, endedMs: 60 }),
  ]
  t.equal(slotTimeMs(attempts, { fromMs: 10, toMs: 55 }), 20 + 10 + 5)
  const refused = attempt({ startedMs: 0, endedMs: 30 })
  refused.state = 'refused'
  t.equal(slotTimeMs([refused], { fromMs: 0, toMs: 100 }), 0)
})

t.test('groups attempts by owner', async (t) => {
  const groups = byOwner(['a', 'b', 'a'].map((tenant) => attempt({ tenant })))
  t.strictSame(
    [...groups].map(([tenant, { length }]) => [tenant, length]),
    [
      ['a', 2],
      ['b', 1],
    ],
  )
})

function attempt({
  startedMs = 0,
  endedMs = 0,
  cost = 1,
  tenant = 'a',
}: {
  startedMs?: number
  endedMs?: number
  cost?: number
  tenant?: string
}): Attempt {
  const call = new Call(CLIENTS, tenant, 0)
  const needs = { id: 0, call, request: { cost, tenant }, workMs: 1, onEnd: () => {} }
  return Object.assign(new Attempt(needs, 0), { state: 'served' as const, startedMs, endedMs })
}
