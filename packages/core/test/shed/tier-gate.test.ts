import t from 'tap'
import { SHED_AT_DEFAULTS, TierGate } from '../../src/shed/tier-gate.ts'

t.test('sheds each tier from its share of the room on', async (t) => {
  for (const [rank, threshold] of [0.8, 0.5, 0.2].entries()) {
    t.equal(new TierGate(SHED_AT_DEFAULTS).sheds(rank + 1, threshold - 0.001), false)
    t.equal(new TierGate(SHED_AT_DEFAULTS).sheds(rank + 1, threshold), true)
  }
})

t.test('never sheds critical, however full', async (t) => {
  const gate = new TierGate(SHED_AT_DEFAULTS)
  for (const fill of [0, 1, 12, Number.MAX_VALUE]) t.equal(gate.sheds(0, fill), false)
})

t.test('a tier that is shed comes back 0.05 below its share', async (t) => {
  const gate = new TierGate(SHED_AT_DEFAULTS)
  t.equal(gate.sheds(2, 0.47), false)
  t.equal(gate.sheds(2, 0.5), true)
  t.equal(gate.sheds(2, 0.47), true)
  t.equal(gate.sheds(2, 0.4501), true)
  t.equal(gate.sheds(2, 0.4499), false)
  t.equal(gate.sheds(2, 0.47), false)
})

t.test('remembers for each tier on its own', async (t) => {
  const gate = new TierGate(SHED_AT_DEFAULTS)
  t.equal(gate.sheds(3, 0.2), true)
  t.equal(gate.sheds(2, 0.47), false)
  t.equal(gate.sheds(3, 0.16), true)
})

t.test(
  'an empty room sheds nobody, however low the share and whatever was shed before',
  async (t) => {
    for (const opportunistic of [1e-9, 0.01, 0.05, 0.0501]) {
      const gate = new TierGate({ ...SHED_AT_DEFAULTS, opportunistic })
      t.equal(gate.sheds(3, opportunistic), true)
      t.equal(gate.sheds(3, 0), false, `shed at ${opportunistic}`)
    }
  },
)

t.test('with a share of 1 a tier may use the whole room', async (t) => {
  const gate = new TierGate({ important: 1, optional: 1, opportunistic: 1 })
  t.equal(gate.sheds(3, 0.999), false)
  t.equal(gate.sheds(3, 1), true)
})

t.test('gives each tier its share of the places, rounded up, one at least', async (t) => {
  const gate = new TierGate(SHED_AT_DEFAULTS)
  t.same(
    [0, 1, 2, 3].map((rank) => gate.placesOf(rank, 64)),
    [64, 52, 32, 13],
  )
  t.same(
    [0, 1, 2, 3].map((rank) => gate.placesOf(rank, 1)),
    [1, 1, 1, 1],
  )
  t.equal(gate.placesOf(3, 0), 1)
})

t.test('sheds by chance already below the share of a tier, if asked to', async (t) => {
  let drawn = 0
  for (const [kind, at] of [
    ['random', 0.5],
    ['depth-squared', 0.25],
  ] as const) {
    const shedAt = { important: 0.8, optional: 0.5, opportunistic: 0.2 }
    const gate = new TierGate(shedAt, kind, () => drawn)
    drawn = at
    t.equal(gate.sheds(1, 0.4), false, kind)
    drawn = at - 0.001
    t.equal(gate.sheds(1, 0.4), true, 'half of the share is taken')
    t.equal(gate.sheds(0, 1), false, 'never critical')
    drawn = 0
    t.equal(gate.sheds(2, 0), false, 'never with an empty room')
    drawn = 0.999
    t.equal(gate.sheds(1, 0.8), true, 'always above it')
  }
})
