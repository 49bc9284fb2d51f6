import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { type AdmissionOptions, createAdmission, RejectedError, wrap } from '../../src/index.ts'

t.test(
  'in shadow nobody is refused or waits, and what would have been said is counted',
  async (t) => {
    const admission = createAdmission({ limit: 1, queue: false, mode: 'shadow' })
    t.teardown(() => admission.close())
    const ask = await serve(t, admission)
    const answers = [ask('/hold'), ask('/hold'), ask('/hold')]
    while (admission.snapshot().shadow.inFlight < 3) await pause()
    await ask('/let-go')
    t.same(await Promise.all(answers), [200, 200, 200])
    const { mode, admitted, rejected, shadow, inFlight } = admission.snapshot()
    t.equal(mode, 'shadow')
    t.equal(admitted.important, 4)
    t.same(rejected.important, {})
    t.equal(inFlight, 0, 'every permit came back')
    t.equal(shadow.inFlight, 0)
    t.same(shadow.requests.default?.important, {
      admitted: { success: 1 },
      full: { success: 3 },
    })
  },
)

t.test('the mode may change while requests run, and each ends as it began', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false, mode: 'shadow' })
  t.teardown(() => admission.close())
  const ask = await serve(t, admission)
  const running = [ask('/hold'), ask('/hold')]
  while (admission.snapshot().shadow.inFlight < 2) await pause()
  admission.update({ mode: 'enforce' })
  t.equal(await ask('/'), 503)
  await ask('/livez')
  t.same(await Promise.all(running), [200, 200])
  t.equal(await ask('/'), 200)
  admission.update({ mode: undefined })
  t.equal(admission.mode, 'enforce', 'the default')
  const { inFlight, shadow, rejected } = admission.snapshot()
  t.same([inFlight, shadow.inFlight], [0, 0])
  t.same(rejected.important, { full: 1 })
})

t.test('drain is obeyed in shadow', async (t) => {
  const admission = createAdmission({ mode: 'shadow' })
  await admission.drain()
  await t.rejects(
    admission.run({}, () => {}),
    RejectedError,
  )
  t.match(admission.refuseAtDoor(), { reason: 'draining' })
  t.match(admission.snapshot().rejected.important, { draining: 2 })
})

t.test('nobody is refused at the door in shadow', async (t) => {
  const admission = createAdmission({ mode: 'shadow' })
  t.teardown(() => admission.close())
  t.equal(admission.refuseAtDoor({ deadlineMs: 0 }), undefined)
  admission.update({ mode: 'enforce' })
  t.match(admission.refuseAtDoor({ deadlineMs: 0 }), { reason: 'expired' })
})

t.test('wrong options are refused, and change nothing', async (t) => {
  const wrong = { mode: 'shade' } as unknown as AdmissionOptions
  t.throws(() => createAdmission(wrong), { code: 'HG_ERR_OPTION' })
  t.throws(() => createAdmission({ explain: -1 }), { code: 'HG_ERR_OPTION' })
  const admission = createAdmission()
  t.teardown(() => admission.close())
  t.throws(() => admission.update({ mode: 'shadow', maxCost: 0 }), { code: 'HG_ERR_OPTION' })
  t.throws(() => admission.update(wrong), { code: 'HG_ERR_OPTION' })
  t.equal(admission.mode, 'enforce')
})

t.test('top talkers tell what a tenant got and lost', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  t.teardown(() => admission.close())
  const first = admission.tryAcquire({ tenant: 'a' })
  admission.tryAcquire({ tenant: 'a' })
  admission.tryAcquire({ tenant: 'b' })
  if (first.admitted) first.permit.release()
  t.match(admission.snapshot().topTalkers, [
    { tenant: 'a', requests: 2, admitted: 1, rejected: { full: 1 } },
    { tenant: 'b', requests: 1, admitted: 0, rejected: { full: 1 } },
  ])
})

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2))
}

async function serve(
  t: { teardown(end: () => unknown): void },
  admission: ReturnType<typeof createAdmission>,
): Promise<(path: string) => Promise<number>> {
  let held: (() => void)[] = []
  const listener = wrap(
    (request, response) => {
      if (request.url === '/hold') {
        held.push(() => response.end('ok'))
        return
      }
      // A probe is exempt: it comes through whatever is full.
      if (request.url !== '/') {
        for (const end of held) end()
        held = []
      }
      response.end('ok')
    },
    { admission },
  )
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  return async (path) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    await response.text()
    return response.status
  }
}
