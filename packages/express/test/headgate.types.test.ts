import { createServer } from 'node:http'
import express, { type Request, type Response } from 'express'
import t from 'tap'
import {
  type AdmissionEvent,
  type AdmissionOptions,
  admit,
  createAdmission,
  type ExpressHeadgateOptions,
  headgate,
  isProbe,
  type Liveness,
  type NodeAdmissionSnapshot,
  type Rejection,
  type RejectReason,
  type RequestHandle,
  startLiveness,
  type Tier,
  wrap,
} from '../src/index.ts'

// The test is that this file compiles. What must not compile says so by `@ts-expect-error`.
t.test('the types say what the middleware does', async (t) => {
  const app = express()
  app.use(headgate())
  app.get('/a', admit({ tier: 'critical', cost: 2, deadlineMs: 100 }), (request, response) => {
    const handle: RequestHandle | null | undefined = request.headgate
    response.json({ tier: handle?.tier, waitedMs: request.headgate?.waitedMs.toFixed() })
  })
  const wrong = (): void => {
    // @ts-expect-error no such tier
    admit({ tier: 'vip' })
    // @ts-expect-error no such setting of a route
    admit({ priority: 1 })
    // @ts-expect-error permits are a number
    admit({ cost: '2' })
    // @ts-expect-error a name, or none
    admit({ tenant: () => 5 })
    // @ts-expect-error no such option
    headgate({ limits: 5 })
    // @ts-expect-error Fastify's: middleware comes where it is used
    headgate({ hook: 'preHandler' })
    // @ts-expect-error whom to believe is asked of each request
    headgate({ trust: true })
    // @ts-expect-error a tier is known at once
    headgate({ tier: async () => 'critical' })
    // @ts-expect-error no such moment
    headgate({ releaseOn: 'end' })
    app.get('/r', (request) => {
      // @ts-expect-error how a request came in is not for handlers to change
      if (request.headgate) request.headgate.tier = 'critical'
    })
    // @ts-expect-error an exempt request has no handle
    app.get('/e', (request, response) => void response.json(request.headgate.tier))
    // @ts-expect-error before Express there is no path yet
    wrap(app, { exempt: (request) => request.path === '/ping' })
  }
  t.type(wrong, 'function')

  // What may be undefined can be handed on as it is.
  const userOf = (request: Request): { id?: string } | undefined => request.res?.locals.user
  const options: ExpressHeadgateOptions = {
    tier: (request) => (request.get('x-batch') ? 'opportunistic' : undefined),
    tenant: (request) => userOf(request)?.id,
    anonymous: (request) => request.ip,
    cost: (request) => (request.method === 'POST' ? 2 : undefined),
    exempt: (request) => isProbe(request) || request.path === '/ping',
    onReject: (_request, response, { reason }) => response.status(503).json({ reason }),
    admit: 'route',
    trust: ({ headers }) => headers['x-mesh'] === 'ours',
    context: true,
    releaseOn: 'headers',
    headers: { rateLimit: true, names: { tier: false }, cors: { origins: '*' } },
  }
  const admission = createAdmission()
  createServer(wrap(app, { admission, exempt: (request) => request.url === '/ping' }))
  const gate = headgate({ ...options, admission })
  t.equal(gate.admission, admission)
  admission.close()
})

t.test('what a service writes for itself has names for its types', async (t) => {
  const tierOf = (request: Request): Tier => (request.path === '/pay' ? 'critical' : 'optional')
  const onReject = (_request: Request, response: Response, { reason }: Rejection): void =>
    void response.status(503).json({ reason })
  const lost: RejectReason[] = []
  const hear = (event: AdmissionEvent): void => {
    if (event.type === 'rejected') lost.push(event.reason)
  }
  const settings: AdmissionOptions = { maxHoldMs: 5_000 }
  const admission = createAdmission(settings)
  t.teardown(() => admission.close())
  t.teardown(admission.subscribe(hear))
  headgate({ admission, tier: tierOf, onReject })
  const probes: Liveness = await startLiveness(admission, { port: 0 })
  t.teardown(() => probes.close())
  const { inFlight }: NodeAdmissionSnapshot = admission.snapshot()
  t.equal(inFlight, 0)
})

t.test('one package has all that a service uses', async (t) => {
  const names = Object.keys(await import('../src/index.ts'))
  t.same(names.sort(), [
    'InvalidOptionError',
    'RejectedError',
    'admit',
    'context',
    'createAdmission',
    'createCachedSingleflight',
    'createSingleflight',
    'drainOnSignal',
    'headgate',
    'isProbe',
    'logOverload',
    'startLiveness',
    'wrap',
  ])
})
