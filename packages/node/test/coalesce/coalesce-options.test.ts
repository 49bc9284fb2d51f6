import t from 'tap'
import {
  COALESCE_DEFAULTS,
  checkCoalesceOptions,
  resolveCoalesceOptions,
} from '../../src/coalesce/coalesce-options.ts'
import { wrap } from '../../src/index.ts'

function complaint(options: unknown): string | undefined {
  try {
    checkCoalesceOptions('coalesce', options)
  } catch (error) {
    const { code, option } = error as { code: string; option: string }
    if (code !== 'HG_ERR_OPTION') throw error
    return option
  }
  return undefined
}

t.test('nothing needs to be said, and undefined is the default', async (t) => {
  for (const options of [undefined, false, {}, { ttlMs: undefined, vary: undefined }]) {
    t.equal(complaint(options), undefined)
  }
  t.match(resolveCoalesceOptions({ ttlMs: undefined }), COALESCE_DEFAULTS)
  t.same(resolveCoalesceOptions({ vary: ['B-Header', 'a-header'] }).vary, ['a-header', 'b-header'])
})

t.test('what is wrong is named', async (t) => {
  const bad: Record<string, readonly unknown[]> = {
    ttlMs: [-1, Number.NaN, Number.POSITIVE_INFINITY, '1', null],
    staleMs: [-1, '1'],
    stale: ['always', true, null],
    when: [true],
    key: ['text'],
    principal: ['me', null],
    query: ['page', [1], ['']],
    vary: ['accept', [undefined], {}],
    maxBodyBytes: [0, 1.5, '1'],
    maxBytes: [0, null],
    maxFollowers: [0, -1],
    maxAgeMs: [0, 2 ** 31],
    cacheStatus: ['yes', null],
  }
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values)
      t.equal(complaint({ [name]: value }), `coalesce.${name}`, `${value}`)
  }
  for (const options of [true, null, [], 'all', { ttl: 1 }]) t.equal(complaint(options), 'coalesce')
})

t.test('a host refuses them at start-up', async (t) => {
  const listener = (): void => {}
  const options = { coalesce: { ttlMs: -1 } }
  t.throws(() => wrap(listener, options), { code: 'HG_ERR_OPTION', option: 'coalesce.ttlMs' })
})
