import t from 'tap'
import { type LimitBoundsOptions, resolveLimitBounds } from '../../src/limit/limit-bounds.ts'

const DEFAULTS = { initialLimit: 20, minLimit: 20, maxLimit: 200 }

function resolve(options: LimitBoundsOptions): readonly number[] {
  const { initialLimit, minLimit, maxLimit } = resolveLimitBounds(options, DEFAULTS)
  return [initialLimit, minLimit, maxLimit]
}

t.test('a default gives way to a bound that was asked for', async (t) => {
  t.same(resolve({}), [20, 20, 200])
  t.same(resolve({ minLimit: 1 }), [20, 1, 200])
  t.same(resolve({ minLimit: 50 }), [50, 50, 200])
  t.same(resolve({ minLimit: 500 }), [500, 500, 500])
  t.same(resolve({ maxLimit: 10 }), [10, 10, 10])
  t.same(resolve({ minLimit: 1, maxLimit: 10 }), [10, 1, 10])
  t.same(resolve({ initialLimit: 30 }), [30, 20, 200])
  t.same(resolve({ initialLimit: undefined, minLimit: undefined }), [20, 20, 200])
})

t.test('what was asked for is never moved: it must fit', async (t) => {
  const refuses = (options: LimitBoundsOptions, option: string, message: RegExp): void => {
    t.throws(() => resolve(options), { code: 'HG_ERR_OPTION', option, message })
  }
  refuses({ initialLimit: 10 }, 'initialLimit', /an integer from 20 to 200, got 10/)
  refuses({ initialLimit: 201 }, 'initialLimit', /from 20 to 200/)
  refuses({ minLimit: 5, maxLimit: 4 }, 'maxLimit', /from 5/)
  for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null, 2 ** 53]) {
    refuses({ minLimit: bad as number }, 'minLimit', /an integer from 1/)
    refuses({ maxLimit: bad as number }, 'maxLimit', /an integer from 1/)
    refuses({ initialLimit: bad as number }, 'initialLimit', /an integer from 20/)
  }
})
