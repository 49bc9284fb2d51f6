import type { OutgoingHttpHeaders } from 'node:http'
import { checkOneOf } from '@headgate/core'
import {
  type Admission,
  answerProbe,
  Entrance,
  type Host,
  logOverload,
  ownAnswer,
  type RejectionResponse,
  type RequestHandle,
  type ResolvedHeadgate,
  resolveHeadgate,
  runInContext,
  type Visit,
  visitOf,
  writeRejection,
} from '@headgate/node'
import type {
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
} from 'fastify'
import fp from 'fastify-plugin'
import { drainBeforeClose } from './drain-before-close.ts'
import { FastifyEntering } from './fastify-entering.ts'
import type { FastifyHeadgateOptions } from './fastify-options.ts'
import { checkGuard } from './guarded-server.ts'
import { isMute } from './is-mute.ts'
import { checkRouteConfig, type RouteConfig } from './route-config.ts'
import { RouteRules } from './route-rules.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The gate: `app.headgate.snapshot()`, `app.headgate.subscribe(listener)`. */
    readonly headgate: Admission
  }
  interface FastifyRequest {
    /** How this request came in; `null` before the gate, for an exempt one, and for one refused at once. */
    headgate: RequestHandle | null
  }
  interface FastifyContextConfig {
    /** What this route says of its requests; `false` exempts it. */
    headgate?: RouteConfig | undefined
  }
}

/** Async, so that what is wrong with the options rejects `register`, and `ready`, and ends nothing else. */
const plugin: FastifyPluginAsync<FastifyHeadgateOptions> = async (app, options) => {
  const { hook = 'onRequest' } = options
  checkOneOf('hook', hook, ['onRequest', 'preHandler'])
  const resolved = resolveHeadgate(options, ['hook'])
  const { admission, owned, answersProbes } = resolved
  checkGuard(app.server, admission)
  const { poolNames } = admission
  const tellRoute = (route: string, config: RouteConfig = {}): void => {
    // Fastify makes one of HEAD for each of GET, which says the same.
    if (!route.startsWith('HEAD ')) admission.configured?.routes?.add(route, config)
  }
  const onConfigError = (error: unknown): void => admission.reportMalformed('config', error)
  const rules = new RouteRules(onConfigError, { poolNames, onRoute: tellRoute })
  const host = createHost(resolved, options.onReject)
  const entrance = new Entrance<FastifyRequest, FastifyEntering>(options, admission, host)

  app.decorate('headgate', admission)
  app.decorateRequest('headgate', null)
  app.addHook('onRoute', ({ method, url, config }) => {
    checkRouteConfig(`${method} ${url}`, config?.headgate, poolNames)
    tellRoute(`${method} ${url}`, config?.headgate)
  })

  app.addHook(
    hook,
    (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) => {
      if (answersProbes && answerProbe(admission, request.raw, reply.raw)) {
        reply.hijack()
        return
      }
      const entering = new FastifyEntering(request, reply, done)
      if (entrance.admit(entering, rules.of(request))) host.proceed(entering)
      else if (entering.visit !== undefined) request.headgate = entering.visit
    },
  )
  app.addHook('preValidation', (request, reply, done) => {
    const visit = request.headgate as Visit<never> | null
    // Its body was slow, and its permit went to others meanwhile.
    if (visit?.isSuspended) {
      const entering = new FastifyEntering(request, reply, done)
      entrance.askAgain(entering, visit, rules.of(request))
      if (entering.visit !== undefined) request.headgate = entering.visit
      return
    }
    // A handler that reads its body by itself begins now.
    if (visit !== null) visit.isPastHost = true
    if (entrance.losesContext(visit)) runInContext(visit, done)
    else done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    ;(request.headgate as Visit<unknown> | null)?.onHandled(reply.statusCode)
    done()
  })
  drainBeforeClose(app, admission, owned)
  // With no logger, errors are warned of as on any host.
  const endLog = isMute(app.log) ? undefined : logOverload(admission, app.log)
  app.addHook('onClose', async () => endLog?.())
}

function createHost(
  { admission, refusals }: ResolvedHeadgate,
  onReject: FastifyHeadgateOptions['onReject'],
): Host<FastifyEntering> {
  return {
    proceed: ({ request, raw, done }) => {
      request.headgate = visitOf(raw) ?? null
      done()
    },
    // Once hijacked, a reply comes through no hook any more.
    tellsEnd: ({ reply }) => !reply.sent,
    asksAgain: true,
    takeOver: ({ reply }) => takeOver(reply),
    headersBefore: ({ reply }) => reply.getHeaders() as OutgoingHttpHeaders,
    refuse: ({ request, raw, response, reply }, rejection, ofTenant) => {
      if (rejection.reason === 'cancelled') return
      const answer = refusals.answer({ raw, response }, rejection, ofTenant)
      if (onReject === undefined) {
        sendRejection(request, reply, answer)
        return
      }
      void ownAnswer(admission, {
        response,
        onReject: () => onReject(request, reply, rejection),
        otherwise: () => finishAnswer(request, reply, answer),
      })
    },
  }
}

/** What `onReject` left undone. A response that has begun can only be cut off: the client must not wait. */
function finishAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: RejectionResponse,
): void {
  if (!reply.raw.headersSent) sendRejection(request, reply, answer)
  else if (!reply.raw.writableEnded) reply.raw.destroy()
}

/**
 * Past Fastify's reply and its `onSend` hooks, which cost a sixth more. Headers set before the gate
 * (CORS) go along: without them a browser could not read the refusal.
 */
function sendRejection(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: RejectionResponse,
): void {
  takeOver(reply)
  writeRejection(request.raw, reply.raw, answer)
}

function takeOver(reply: FastifyReply): void {
  const headers = reply.getHeaders()
  reply.hijack()
  for (const name in headers) reply.raw.setHeader(name, headers[name] as string)
}

/**
 * Overload protection for Fastify: `await app.register(headgate)`. Register it after CORS, whose
 * headers a browser needs to read a refusal, and before all else, so that refused requests cost nothing more.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export const headgate: FastifyPluginAsync<FastifyHeadgateOptions> = fp(plugin, {
  fastify: '5.x',
  name: '@headgate/fastify',
})
