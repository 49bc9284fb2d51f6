import t from 'tap'
import { FlowGroup } from '../../src/fairness/flow.ts'
import { TenantWeights } from '../../src/fairness/tenant-weights.ts'

t.test('everybody weighs the same unless the user says otherwise', async (t) => {
  const weights = new TenantWeights()
  t.equal(weights.refresh(createGroup(), 'acme').weight, 1)
  weights.update((tenant) => (tenant === 'acme' ? 4 : 2))
  t.equal(weights.refresh(createGroup(), 'acme').weight, 4)
  t.equal(weights.refresh(createGroup(), 'other').weight, 2)
})

t.test('asks once, and anew after an update', async (t) => {
  const weights = new TenantWeights()
  let asked = 0
  const weightOf = (): number => {
    asked += 1
    return asked
  }
  weights.update(weightOf)
  const group = createGroup()
  for (let count = 0; count < 3; count += 1) t.equal(weights.refresh(group, 'acme').weight, 1)
  weights.update(weightOf)
  t.equal(weights.refresh(group, 'acme').weight, 2)
})

t.test('serves everybody, whatever the function does', async (t) => {
  const cases: readonly (readonly [unknown, number])[] = [
    [Number.NaN, 1],
    ['2', 1],
    [undefined, 1],
    [0, 0.1],
    [-5, 0.1],
    [1e9, 100],
    [Number.POSITIVE_INFINITY, 100],
  ]
  for (const [answer, expected] of cases) {
    const weights = new TenantWeights()
    weights.update(() => answer as number)
    t.equal(weights.refresh(createGroup(), 'acme').weight, expected, String(answer))
    t.equal(weights.malformed, 1)
  }
  const weights = new TenantWeights()
  weights.update(() => {
    throw new Error('of the user')
  })
  t.equal(weights.refresh(createGroup(), 'acme').weight, 1)
  t.equal(weights.malformed, 1)
})

function createGroup(): FlowGroup {
  return new FlowGroup('', { isTenant: true, isKept: false }, 1)
}
