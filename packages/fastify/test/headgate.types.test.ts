import type { Admission as NodeAdmission } from '@headgate/node'
import { force } from '@headgate/node/testing'
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
} from 'fastify'
import t from 'tap'
import plugin, {
  type Admission,
  createAdmission,
  createServerFactory,
  type FastifyHeadgateOptions,
  headgate,
  isProbe,
  type RequestHandle,
  type RouteConfig,
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
    // @ts-expect-error an exempt request has no handle
    app.get('/e', async (request) => request.headgate.tier)
    // @ts-expect-error no such option
    app.register(headgate, { limits: 5 })
    // @ts-expect-error no such hook
    app.register(headgate, { hook: 'onSend' })
    // @ts-expect-error nobody hears of a cancelled request
    force(app.headgate, { reason: 'cancelled' })
  }
  t.type(wrong, 'function')

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
