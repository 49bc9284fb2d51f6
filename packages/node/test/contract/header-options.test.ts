import t from 'tap'
import { resolveHeaderOptions } from '../../src/contract/header-options.ts'
import { createAdmission, type HeaderOptions, wrap } from '../../src/index.ts'

t.test('nothing more is said unless it is asked for', async (t) => {
  t.match(resolveHeaderOptions(), {
    overloadScope: 'instance',
    pushback: false,
    rateLimit: false,
    loadHint: false,
    capabilities: [],
    names: { nack: 'x-nack' },
  })
})

t.test('a wrong option is named at once, by every host', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  for (const [headers, option] of [
    [{ rateLimits: true }, 'headers'],
    [{ overloadScope: 'planet' }, 'headers.overloadScope'],
    [{ pushback: 1 }, 'headers.pushback'],
    [{ rateLimit: 'draft-8' }, 'headers.rateLimit'],
    [{ loadHint: 'yes' }, 'headers.loadHint'],
    [{ capabilities: 'cancel' }, 'headers.capabilities'],
    [{ capabilities: ['fly'] }, 'headers.capabilities'],
    [{ cors: {} }, 'headers.cors.origins'],
    [{ cors: { origins: [1] } }, 'headers.cors.origins'],
    [{ cors: { origins: '*', credentials: true } }, 'headers.cors.credentials'],
    [{ cors: { origins: '*', methods: [] } }, 'headers.cors'],
  ] as const) {
    try {
      wrap(() => {}, { admission, headers: headers as unknown as HeaderOptions })
      t.fail(`accepted ${JSON.stringify(headers)}`)
    } catch (error) {
      t.match(error, { code: 'HG_ERR_OPTION', option })
    }
  }
})
