import { createServer } from 'node:http'
import Router from '@koa/router'
import Koa, { type Response } from 'koa'
import t from 'tap'
import {
  type AdmissionEvent,
  type AdmissionOptions,
  admit,
  createAdmission,
  headgate,
  isProbe,
  type KoaHeadgateOptions,
  type KoaRequest,
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
  const app = new Koa()
  const router = new Router()
  app.use(headgate())
  router.get('/a', admit({ tier: 'critical', cost: 2, deadlineMs: 100 }), (ctx) => {
    const handle: RequestHandle | null | undefined = ctx.headgate
    ctx.body = { tier: handle?.tier, waitedMs: ctx.headgate?.waitedMs.toFixed() }
  })
  app.use(router.routes())
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
    // @ts-expect-error an app is no listener: app.callback() is
    wrap(app)
    app.use((ctx) => {
      // @ts-expect-error an exempt request has no handle
      ctx.body = ctx.headgate.tier
    })
  }
  t.type(wrong, 'function')

  // What may be undefined can be handed on as it is.
  const options: KoaHeadgateOptions = {
    tier: (ctx) => (ctx.get('x-batch') ? 'opportunistic' : undefined),
    tenant: (ctx) => (ctx.state.user as { id?: string } | undefined)?.id,
    anonymous: (ctx) => ctx.ip,
    cost: ({ method }) => (method === 'POST' ? 2 : undefined),
    exempt: (ctx) => isProbe(ctx) || ctx.path === '/ping',
    onReject: (_ctx, response, { reason }) => {
      response.status = 503
      response.body = { reason }
    },
    admit: 'route',
    trust: ({ headers }) => headers['x-mesh'] === 'ours',
    context: true,
    releaseOn: 'headers',
    headers: { rateLimit: true, names: { tier: false }, cors: { origins: '*' } },
  }
  const admission = createAdmission()
  createServer(wrap(app.callback(), { admission, exempt: (request) => request.url === '/ping' }))
  const gate = headgate({ ...options, admission })
  t.equal(gate.admission, admission)
  admission.close()
})

t.test('what a service writes for itself has names for its types', async (t) => {
  const tierOf = (ctx: KoaRequest): Tier => (ctx.path === '/pay' ? 'critical' : 'optional')
  const onReject = (ctx: KoaRequest, _response: Response, { reason }: Rejection): void => {
    ctx.status = 503
    ctx.body = { reason }
  }
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
