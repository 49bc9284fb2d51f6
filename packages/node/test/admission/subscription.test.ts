import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { Subscription } from '../../src/admission/subscription.ts'

t.test('is called as its function is, unless it says otherwise', async (t) => {
  const clock = new VirtualClock()
  function logOverload(): void {}
  t.equal(new Subscription(clock, logOverload, []).name, 'logOverload')
  t.equal(new Subscription(clock, () => {}, []).name, 'listener')
  t.equal(new Subscription(clock, logOverload, [undefined, { name: 'log' }]).name, 'log')
  const long = Object.defineProperty(() => {}, 'name', { value: 'x'.repeat(100) })
  t.equal(new Subscription(clock, long, []).name.length, 64)
})

t.test('wants what it named, or everything', async (t) => {
  const clock = new VirtualClock()
  t.ok(new Subscription(clock, () => {}, []).wants('drain'))
  const some = new Subscription(clock, () => {}, [['limit']])
  t.same([some.wants('limit'), some.wants('drain')], [true, false])
})
