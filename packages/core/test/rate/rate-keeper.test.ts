import t from 'tap'
import { RateKeeper, type RateKeeperOptions } from '../../src/rate/rate-keeper.ts'
import { MovableClock } from './movable-clock.ts'

function create(options: RateKeeperOptions): { clock: MovableClock; keeper: RateKeeper } {
  const clock = new MovableClock()
  return { clock, keeper: new RateKeeper(clock, options) }
}

t.test('both give or neither does', async (t) => {
  const { keeper } = create({
    tenant: { refillPerSecond: 1, burst: 2 },
    all: { refillPerSecond: 10, burst: 3 },
  })
  t.equal(keeper.tryTake('a', 2), undefined)
  t.same(keeper.tryTake('a'), { reason: 'tenant-rate', waitMs: 1_000 })
  t.same(keeper.tryTake('b', 2), { reason: 'rate', waitMs: 100 })
  t.equal(keeper.tryTake('b'), undefined, 'a tenant loses nothing where all together refuse')
  keeper.giveBack('b')
  t.equal(keeper.tryTake(undefined), undefined, 'who has no name is under the rate of all alone')
  t.same(keeper.tryTake(undefined), { reason: 'rate', waitMs: 100 })
})

t.test('a tenant above its rate uses up nothing of the others', async (t) => {
  const { keeper } = create({
    tenant: { refillPerSecond: 1, burst: 1 },
    all: { refillPerSecond: 1, burst: 2 },
  })
  for (let call = 0; call < 100; call += 1) keeper.tryTake('loud')
  t.equal(keeper.tryTake('quiet'), undefined)
})

t.test('smooths by whichever wait is longer, and refuses with what it would be', async (t) => {
  const { keeper } = create({
    tenant: { refillPerSecond: 10, burst: 1, maxWaitMs: 150 },
    all: { refillPerSecond: 20, burst: 1, maxWaitMs: 120 },
  })
  t.equal(keeper.reserve('a'), 0)
  t.equal(keeper.reserve('a'), 100)
  t.same(keeper.reserve('a'), { reason: 'tenant-rate', waitMs: 200 })
  t.equal(keeper.reserve('b'), 100)
  t.same(keeper.reserve('c'), { reason: 'rate', waitMs: 150 })
  t.same(keeper.reserve(undefined), { reason: 'rate', waitMs: 150 })
  t.equal(create({}).keeper.reserve('a'), 0, 'without a rate nothing waits')
})

t.test('c has lost nothing by it', async (t) => {
  const { clock, keeper } = create({
    tenant: { refillPerSecond: 1, burst: 1 },
    all: { refillPerSecond: 1_000, burst: 1 },
  })
  keeper.tryTake('a')
  keeper.reserve('c')
  clock.ms = 1
  t.equal(keeper.reserve('c'), 0)
  t.same(keeper.snapshot(), { keys: 2, maxKeys: 16_384, crowded: 0 })
  t.same(create({}).keeper.snapshot(), { keys: 0, crowded: 0 })
})

t.test('wrong options name themselves', async (t) => {
  t.throws(() => create({ tenants: {} } as never), /^rate must/)
  t.throws(() => create({ all: { refillPerSecond: 0 } }), /^rate\.refillPerSecond must/)
  t.throws(() => create({ all: null } as never), /^rate must/)
})
