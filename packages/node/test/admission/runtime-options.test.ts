import { createServer } from 'node:http'
import { ask, listening, occupy } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, wrap } from '../../src/index.ts'

t.test('off lets everything through, and counts nothing', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false, mode: 'off' })
  t.teardown(() => admission.close())
  const gated = wrap((_request, response) => response.end('served'), { admission })
  const port = await listening(t, createServer(gated))
  for (let n = 0; n < 3; n += 1) t.equal((await ask(port)).body, 'served')
  const held = [admission.tryAcquire(), admission.tryAcquire(), await admission.acquire()]
  t.ok(held.every(({ admitted }) => admitted))
  t.equal(await admission.run(undefined, () => 'done'), 'done')
  t.match(admission.snapshot(), { inFlight: 0, admitted: { important: 0 } })
})

t.test('a guard for routes is off as well', async (t) => {
  const admission = createAdmission({ mode: 'off' })
  admission.close()
  const gated = wrap((_request, response) => response.end('served'), { admission, admit: 'route' })
  const port = await listening(t, createServer(gated))
  t.equal((await ask(port)).statusCode, 200, 'even a draining one lets through')
})

t.test('the mode changes while it runs, and nothing else with it', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  t.teardown(() => admission.close())
  occupy(admission)
  t.notOk(admission.tryAcquire().admitted)
  admission.update({ mode: 'off' })
  t.ok(admission.tryAcquire().admitted)
  admission.update({ shedAt: { important: 0.5 } })
  t.equal(admission.mode, 'off', 'what is not named stays')
  admission.update({ mode: undefined })
  t.equal(admission.mode, 'enforce', 'undefined is the default')
  t.notOk(admission.tryAcquire().admitted)
  t.throws(() => admission.update({ mode: 'maybe' as never, queue: {} }), { code: 'HG_ERR_OPTION' })
  t.equal(admission.mode, 'enforce')
  t.throws(() => admission.update({ mode: 'off', maxCost: 0 }), { message: /maxCost/ })
  t.equal(admission.mode, 'enforce', 'a wrong option changes nothing')
  t.throws(() => createAdmission({ mode: true as never }), { message: /mode/ })
})
