import t from 'tap'
import { resolveHeaderNames } from '../../src/contract/header-names.ts'

t.test('names are the documented ones unless others are given', async (t) => {
  const names = resolveHeaderNames({ tier: 'X-Importance', tenant: false, nack: undefined })
  t.match(names, { tier: 'x-importance', nack: 'x-nack', deadline: 'x-request-deadline-ms' })
  t.equal(names.tenant, undefined)
})

t.test('a name that would break a message is refused', async (t) => {
  for (const [names, option] of [
    [{ tiers: 'x' }, 'headers.names'],
    [null, 'headers.names'],
    [{ tier: '' }, 'headers.names.tier'],
    [{ tier: 'x y' }, 'headers.names.tier'],
    [{ tier: 'x\r\nset-cookie' }, 'headers.names.tier'],
    [{ tier: true }, 'headers.names.tier'],
    [{ tier: 'x'.repeat(101) }, 'headers.names.tier'],
    [{ nack: 'X-Tenant-Id' }, 'headers.names.nack'],
  ] as const) {
    try {
      resolveHeaderNames(names as never)
      t.fail(`accepted ${JSON.stringify(names)}`)
    } catch (error) {
      t.match(error, { code: 'HG_ERR_OPTION', option })
    }
  }
})
