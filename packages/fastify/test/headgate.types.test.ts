import type { Admission as NodeAdmission } from '@headgate/node'
import { force } from '@headgate/node/testing'
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import t from 'tap'
import plugin, {
  type Admission,
  type AdmissionEvent,
  type AdmissionOptions,
  createAdmission,
  createServerFactory,
  type FastifyHeadgateOptions,
  headgate,
  isProbe,
  type Liveness,
  type NodeAdmissionSnapshot,
  type Rejection,
  type RejectReason,
  type RequestHandle,
  type RouteConfig,
  startLiveness,
  type Tier,
} from '../src/index.ts'

/** The two types are one: each can be given for the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
function same<A, B>(_same: Same<A, B>): void {}

// The test is that this file compiles. What must not compile says so by `@ts-expect-error`.
t.test('the types say what the plugin does', async (t) => {
  const app: FastifyInstance = fastify()
  await app.register(headgate)
  await app.register(async (child) => {
    // Only the types matter: what is registered twice is never made ready.
    void ((): unknown => child.register(plugin, {}))
  })

  same<FastifyInstance['headgate'], Admission>(true)
  same<Admission, NodeAdmission>(true)
  same<FastifyRequest['headgate'], RequestHandle | null>(true)
  same<RequestHandle['tier'], 'critical' | 'important' | 'optional' | 'opportunistic'>(true)

  app.get(
    '/a',
    { config: { headgate: { tier: 'critical', deadlineMs: 100 } } },
    async (request) => {
      const handle = request.headgate
      return {
        tier: handle?.tier,
        waitedMs: handle?.waitedMs.toFixed(),
        pressure: handle?.pressure,
      }
    },
  )
  app.get('/b', { config: { headgate: false } }, async () => '')
  const wrong = (): void => {
    // @ts-expect-error no such tier
    app.get('/c', { config: { headgate: { tier: 'vip' } } }, async () => '')
    // @ts-expect-error permits are a number
    app.get('/c', { config: { headgate: { cost: '2' } } }, async () => '')
    // @ts-expect-error what is left of a route's time is known beforehand
    app.get('/c', { config: { headgate: { deadlineMs: () => 100 } } }, async () => '')
    // Fastify infers the type of a config, so that what has no property in common with ours compiles: it fails at start-up.
    // @ts-expect-error a name, or none
    app.get('/c', { config: { headgate: { tenant: () => 5 } } }, async () => '')
    // @ts-expect-error an exempt request has no handle
    app.get('/e', async (request) => request.headgate.tier)
    // @ts-expect-error no such option
    app.register(headgate, { limits: 5 })
    // @ts-expect-error no such hook
    app.register(headgate, { hook: 'onSend' })
    // @ts-expect-error no such limit
    app.register(headgate, { limit: 'auto' })
    // @ts-expect-error no such mode
    app.register(headgate, { mode: 'on' })
    // @ts-expect-error a queue is an object, or false
    app.register(headgate, { queue: true })
    // @ts-expect-error no such tier
    app.register(headgate, { tier: () => 'vip' })
    // @ts-expect-error a tier is known at once
    app.register(headgate, { tier: async () => 'critical' })
    // @ts-expect-error whom to believe is asked of each request
    app.register(headgate, { trust: true })
    // @ts-expect-error no such moment
    app.register(headgate, { releaseOn: 'end' })
    // @ts-expect-error no such header
    app.register(headgate, { headers: { names: { priority: 'x-priority' } } })
    // @ts-expect-error signals are functions
    app.register(headgate, { pressure: [0.5] })
    // @ts-expect-error answers are written with a reply, as everywhere in Fastify
    app.register(headgate, { onReject: (_request, reply) => reply.writeHead(503) })
    // @ts-expect-error the guard comes before Fastify, and knows no route
    createServerFactory({ exempt: (request) => request.routeOptions.url === '/ping' })
    // @ts-expect-error the guard has no hooks
    createServerFactory({ hook: 'preHandler' })
    app.get('/r', async (request) => {
      // @ts-expect-error how a request came in is not for handlers to change
      if (request.headgate) request.headgate.tier = 'critical'
    })
    // @ts-expect-error nobody hears of a cancelled request
    force(app.headgate, { reason: 'cancelled' })
  }
  t.type(wrong, 'function')

  // In plugins of an app, in their hooks and error handlers, and in routes with types of their own.
  const child: FastifyPluginAsync = async (inner) => {
    same<(typeof inner)['headgate'], Admission>(true)
    inner.addHook('preHandler', async (request) => {
      same<(typeof request)['headgate'], RequestHandle | null>(true)
      same<typeof request.routeOptions.config.headgate, RouteConfig | undefined>(true)
    })
    inner.addHook('onSend', async (request, reply) => {
      if (request.headgate?.degraded) reply.header('cache-control', 'no-store')
    })
    inner.setErrorHandler((_error, request, reply) => {
      void reply.code(500).send({ waitedMs: request.headgate?.waitedMs })
    })
    inner.get<{ Querystring: { q: string } }>(
      '/search',
      {
        config: {
          headgate: {
            tenant: (request) => request.headers['x-api-key']?.toString(),
            cost: () => 2,
          },
        },
      },
      async ({ query, headgate: handle }) => {
        const signal: AbortSignal | undefined = handle?.signal
        const remainingMs: number | undefined = handle?.remainingMs()
        return { q: query.q, isOver: signal?.aborted, remainingMs, pool: handle?.pool }
      },
    )
    inner.route({
      method: 'POST',
      url: '/orders',
      config: { headgate: { coalesce: { ttlMs: 100 } } },
      handler: async () => 'done',
    })
  }
  t.type(child, 'function')

  // What may be undefined can be handed on as it is.
  const maybe = undefined as { tier?: 'optional'; deadlineMs?: number } | undefined
  const options: FastifyHeadgateOptions = {
    tier: (request) => (request.headers['x-batch'] ? 'opportunistic' : maybe?.tier),
    deadlineMs: () => maybe?.deadlineMs,
    tenant: (request) => request.headers['x-api-key']?.toString(),
    anonymous: (request) => request.ip,
    cost: (request) => (request.method === 'POST' ? 2 : undefined),
    tenants: { maxInFlightRatio: 0.25, weight: (tenant) => (tenant === 'acme' ? 4 : 1) },
    exempt: (request) => isProbe(request) || request.routeOptions.url === '/ping',
    onReject: async (_request, reply, { reason, retryAfterMs }) => {
      await reply.code(503).send({ reason, seconds: Math.ceil(retryAfterMs / 1_000) })
    },
    queue: { maxWaitMs: 50 },
    pressure: [() => 0.5],
    limit: 'adaptive',
    hook: 'preHandler',
  }
  // @ts-expect-error by its name it is seen at once
  const unknown: RouteConfig = { priority: 1 }
  // @ts-expect-error a route is exempt by false, and has no other switch
  const switched: RouteConfig = true
  t.ok(unknown && switched)
  const route: RouteConfig = { tier: maybe?.tier, deadlineMs: maybe?.deadlineMs }
  const asPlugin: FastifyPluginAsync<FastifyHeadgateOptions> = headgate
  t.ok(options && route && asPlugin)

  const admission = createAdmission()
  const guarded = fastify({ serverFactory: createServerFactory({ admission, admit: 'route' }) })
  await guarded.register(headgate, { admission })
  // Other kinds of servers and instances take the same plugin.
  const overHttp2 = fastify({ http2: true })
  await overHttp2.register(headgate, { tier: () => 'critical' })
  await Promise.all([app.close(), guarded.close(), overHttp2.close()])
  admission.close()
})

t.test('what a service writes for itself has names for its types', async (t) => {
  const tierOf = ({ url }: FastifyRequest): Tier => (url === '/pay' ? 'critical' : 'optional')
  const onReject = (_request: FastifyRequest, reply: FastifyReply, { reason }: Rejection): void =>
    void reply.code(503).send({ reason })
  const lost: RejectReason[] = []
  const hear = (event: AdmissionEvent): void => {
    if (event.type === 'rejected') lost.push(event.reason)
  }
  const settings: AdmissionOptions = { maxHoldMs: 5_000 }
  const admission = createAdmission(settings)
  t.teardown(() => admission.close())
  t.teardown(admission.subscribe(hear))
  const app = fastify()
  await app.register(headgate, { admission, tier: tierOf, onReject })
  const probes: Liveness = await startLiveness(app.headgate, { port: 0 })
  t.teardown(() => probes.close())
  const { inFlight }: NodeAdmissionSnapshot = app.headgate.snapshot()
  t.equal(inFlight, 0)
})
