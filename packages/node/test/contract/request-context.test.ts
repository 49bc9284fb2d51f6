import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, calm, listening, occupy, until } from '@headgate/conformance'
import t from 'tap'
import { context, createAdmission, type WrapOptions, wrap } from '../../src/index.ts'

/** What a handler sees after it has waited for something, as its client reads it. */
async function look(): Promise<string> {
  await sleep(1)
  const request = context()
  if (request === undefined) return 'nothing'
  const { tier, tenant, pressure, attempt } = request
  const remainingMs = request.remainingMs()
  return JSON.stringify({ tier, tenant, pressure, attempt, remainingMs: String(remainingMs) })
}

async function serve(
  t: Parameters<typeof listening>[0],
  options: WrapOptions<never, never>,
): Promise<number> {
  return listening(
    t,
    createServer(wrap(async (_request, response) => response.end(await look()), options as object)),
  )
}

t.test('the work for a request finds it, whatever it waits for', async (t) => {
  const admission = calm(createAdmission())
  t.teardown(() => admission.close())
  const port = await serve(t, {
    admission,
    context: true,
    tier: () => 'optional',
    tenant: () => 'acme',
  })
  t.same(JSON.parse((await ask(port)).body), {
    tier: 'optional',
    tenant: 'acme',
    pressure: 0,
    attempt: 1,
    remainingMs: 'Infinity',
  })
  t.equal(context(), undefined, 'nobody else does')
})

t.test('a deadline counts from when the request came, and ends at zero', async (t) => {
  const admission = createAdmission({ limit: 1, queue: { maxWaitMs: 60_000 } })
  t.teardown(() => admission.close())
  let seen: readonly number[] = []
  const listener = async (_request: unknown, response: { end(): void }): Promise<void> => {
    const before = context()?.remainingMs() as number
    await sleep(30)
    seen = [before, context()?.remainingMs() as number]
    response.end()
  }
  const gated = wrap(listener, { admission, context: true, deadlineMs: 30_000 })
  const port = await listening(t, createServer(gated))
  const release = occupy(admission)
  const answer = ask(port)
  await until('it waits', () => admission.snapshot().queued === 1)
  await sleep(20)
  release()
  await answer
  const [before, after] = seen as [number, number]
  t.ok(before < 30_000 - 15, 'the wait is counted')
  t.ok(after < before && after > 0)
})

t.test('without the option, and for exempt requests, there is none', async (t) => {
  for (const options of [{}, { context: true, exempt: () => true }]) {
    const admission = createAdmission()
    t.teardown(() => admission.close())
    t.equal((await ask(await serve(t, { admission, ...options }))).body, 'nothing')
  }
})

t.test('requests that run at once find each their own', async (t) => {
  const admission = createAdmission({ limit: 50 })
  t.teardown(() => admission.close())
  const port = await serve(t, {
    admission,
    context: true,
    tenant: ((request: { url: string }) => request.url) as never,
  })
  const paths = Array.from({ length: 20 }, (_, n) => `/${n}`)
  const answers = await Promise.all(paths.map((path) => ask(port, { path })))
  t.same(
    answers.map(({ body }) => JSON.parse(body).tenant),
    paths,
  )
})
