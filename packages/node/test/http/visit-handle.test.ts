import { createServer } from 'node:http'
import { ask, calm, listening } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, visitOf, wrap } from '../../src/index.ts'

t.test('is told as JSON by what is known of it', async (t) => {
  const admission = calm(createAdmission({ pools: { reports: {} } }))
  t.teardown(() => admission.close())
  const listener = wrap(
    (request, response) => {
      // As a logger does, and a handler that answers with it.
      const headgate = visitOf(request)
      response.end(JSON.stringify({ headgate, again: { headgate } }))
    },
    {
      admission,
      tier: () => 'critical',
      tenant: ({ headers }) => headers['x-tenant'] as string | undefined,
      pool: ({ url }) => (url === '/report' ? 'reports' : undefined),
      deadlineMs: ({ url }) => (url === '/report' ? 60_000 : undefined),
    },
  )
  const port = await listening(t, createServer(listener))
  const { body } = await ask(port, { path: '/report', headers: { 'x-tenant': 'acme' } })
  const { headgate, again } = JSON.parse(body)
  t.match(headgate, {
    tier: 'critical',
    tenant: 'acme',
    pool: 'reports',
    startedMs: Number,
    waitedMs: Number,
    pressure: 0,
    degraded: false,
    attempt: 1,
    remainingMs: Number,
  })
  t.equal(Object.keys(headgate).length, 9, 'and by nothing else')
  t.same(Object.keys(again.headgate), Object.keys(headgate))
  const other = JSON.parse((await ask(port)).body).headgate
  t.same(
    Object.keys(other),
    Object.keys(headgate).filter((key) => key !== 'tenant' && key !== 'remainingMs'),
    'a tenant and a deadline only where there is one',
  )
})
