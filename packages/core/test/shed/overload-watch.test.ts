import t from 'tap'
import { type OverloadSpell, OverloadWatch } from '../../src/shed/overload-watch.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'

t.test('tells of the first refusal, and of a second without one', async (t) => {
  const { clock, spells, reject } = setUp()
  clock.advance(500)
  reject('shed')
  t.same(spells, [{ overloaded: true, reason: 'shed', rejected: 1, lastedMs: 0 }])
  clock.advance(400)
  reject('full')
  clock.advance(999)
  t.equal(spells.length, 1)
  clock.advance(1)
  t.same(spells[1], { overloaded: false, reason: 'shed', rejected: 2, lastedMs: 1_400 })
  t.equal(clock.pending, 0)
})

t.test('a spell goes on while refusals are less than a second apart', async (t) => {
  const { clock, watch, spells, reject } = setUp()
  for (let count = 0; count < 20; count += 1) {
    reject('full')
    clock.advance(999)
  }
  t.equal(spells.length, 1)
  t.ok(watch.overloaded)
  clock.advance(1)
  t.equal(watch.overloaded, false)
  t.equal(spells[1]?.rejected, 20)
})

t.test('one timer serves a spell, however many are refused', async (t) => {
  const { clock, reject } = setUp()
  for (let count = 0; count < 1_000; count += 1) reject('full')
  t.equal(clock.pending, 1)
})

t.test('the next spell counts from 0 and has its own reason', async (t) => {
  const { clock, spells, reject } = setUp()
  reject('full')
  reject('full')
  clock.advance(1_000)
  clock.advance(5_000)
  reject('expired')
  t.same(spells[2], { overloaded: true, reason: 'expired', rejected: 1, lastedMs: 0 })
})

t.test('fractions of a millisecond, lost in a sum, do not keep it turning', async (t) => {
  const { clock, watch, reject } = setUp()
  let fired = 0
  // Sums of such instants and 1,000 are off by the last bit, now and then downwards.
  for (let round = 0; round < 500; round += 1) {
    clock.advance(1_000 + Math.PI / 7)
    reject('full')
    for (fired = 0; watch.overloaded && fired < 5; fired += 1) clock.step()
    // The clock itself would go on for ever from here.
    if (watch.overloaded) break
  }
  t.equal(watch.overloaded, false, `after ${fired} timers`)
})

t.test('stopping disarms the timer', async (t) => {
  const { clock, watch, spells, reject } = setUp()
  reject('full')
  watch.stop()
  t.equal(clock.pending, 0)
  clock.advance(5_000)
  t.equal(spells.length, 1)
})

t.test('a listener may stop it as it hears', async (t) => {
  const clock = new VirtualClock()
  const watch = new OverloadWatch(clock, () => watch.stop())
  watch.onReject('full', 0)
  t.equal(clock.pending, 0)
})

function setUp() {
  const clock = new VirtualClock()
  const spells: OverloadSpell[] = []
  const watch = new OverloadWatch(clock, (spell) => spells.push(spell))
  const reject = (reason: OverloadSpell['reason']): void => watch.onReject(reason, clock.nowMs())
  return { clock, spells, watch, reject }
}
