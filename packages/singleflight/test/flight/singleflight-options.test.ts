import t from 'tap'
import { Singleflight } from '../../src/flight/singleflight.ts'
import { resolveSingleflightOptions } from '../../src/flight/singleflight-options.ts'

const parts = { clock: { nowMs: () => 0 }, newAbort: () => new AbortController() }

function complaint(...given: unknown[]): string | undefined {
  try {
    new Singleflight(...(given as ConstructorParameters<typeof Singleflight>))
  } catch (error) {
    const { code, option } = error as { code: string; option: string }
    if (code !== 'HG_ERR_OPTION') throw error
    return option
  }
  return undefined
}

t.test('without options the documented defaults hold; undefined means the default', async (t) => {
  const defaults = { maxFlights: 10_000, maxFollowers: 10_000, maxAgeMs: 5_000 }
  t.same(resolveSingleflightOptions({}), defaults)
  t.same(resolveSingleflightOptions({ maxFlights: undefined, copy: undefined }), defaults)
})

t.test('every wrong option throws while constructing, and is named', async (t) => {
  const numbers = [-1, Number.NaN, Number.POSITIVE_INFINITY, '1', null, {}, 1n]
  for (const option of ['maxFlights', 'maxFollowers']) {
    for (const bad of [...numbers, 0, 0.5]) t.equal(complaint(parts, { [option]: bad }), option)
    t.equal(complaint(parts, { [option]: 1 }), undefined)
  }
  for (const bad of [...numbers, 0]) t.equal(complaint(parts, { maxAgeMs: bad }), 'maxAgeMs')
  t.equal(complaint(parts, { maxAgeMs: 0.5 }), undefined)
  t.equal(complaint(parts, { copy: 'structuredClone' }), 'copy')
  t.equal(complaint(parts, { maxFlight: 1 }), 'options')
  for (const bad of [null, 1, []]) t.equal(complaint(parts, bad), 'options')
})

t.test('so does what is handed in', async (t) => {
  for (const bad of [undefined, null, 1]) t.equal(complaint(bad), 'dependencies')
  t.equal(complaint({ ...parts, clock: {} }), 'dependencies.clock')
  t.equal(complaint({ ...parts, clock: undefined }), 'dependencies.clock')
  t.equal(complaint({ ...parts, newAbort: new AbortController() }), 'dependencies.newAbort')
  t.equal(complaint({ ...parts, timers: {} }), 'dependencies')
})
