import {
  finishAnswer,
  type Host,
  ownAnswer,
  type ResolvedHeadgate,
  type Visit,
  visitOf,
  writeRejection,
} from '@headgate/node'
import type { KoaEntering } from './koa-entering.ts'
import type { KoaHeadgateOptions } from './koa-options.ts'

/** How Koa goes on with a request, or refuses it. Either way the middleware that came before unwinds. */
export function createKoaHost(
  { admission, refusals }: ResolvedHeadgate,
  onReject: KoaHeadgateOptions['onReject'],
): Host<KoaEntering> {
  return {
    proceed: goOn,
    // Told not to answer, Koa knows no more than Node when that is done.
    tellsEnd: ({ request }) => request.respond !== false,
    asksAgain: false,
    takeOver: ({ request, resolve }) => {
      request.respond = false
      resolve()
    },
    refuse: async ({ request, raw, response, resolve }, rejection, ofTenant) => {
      try {
        if (rejection.reason === 'cancelled') return
        const answer = refusals.answer({ raw, response }, rejection, ofTenant)
        if (onReject === undefined) {
          // Past Koa's own way to answer, which costs half as much again.
          request.respond = false
          writeRejection(raw, response, answer)
          return
        }
        const isTakenOver = (): boolean => request.respond === false
        await ownAnswer(admission, {
          response,
          onReject: () => onReject(request, request.response, rejection),
          // Koa sends what it has set, and a 404 where that is nothing.
          isAnswered: () =>
            isTakenOver() ? response.writableEnded : request.body != null || request.status !== 404,
          mayComeLater: isTakenOver,
          otherwise: () => {
            request.respond = false
            finishAnswer(raw, response, answer)
          },
        })
      } finally {
        resolve()
      }
    },
  }
}

/**
 * Runs the rest of the middleware. Its unwinding is the true end of the work, whether the client is still
 * there or not. Never rejects: Koa hears of an error through the middleware's own promise.
 */
export async function goOn(entering: KoaEntering): Promise<void> {
  const { request, raw, response, next, resolve, reject } = entering
  const visit = entering.visit as Visit<unknown> | undefined
  request.headgate = visitOf(raw) ?? null
  try {
    await next()
    // Koa writes the answer now. Where it was told not to, the end of the response is all that tells.
    // Its status as the response has it: Koa looks it up through two getters of any context.
    if (request.respond !== false) visit?.onHandled(response.statusCode)
    resolve()
  } catch (error) {
    visit?.onHandled(statusOf(error))
    reject(error)
  }
}

/** What Koa will answer. */
function statusOf(error: unknown): number {
  const { status, statusCode = 500 } = Object(error) as { status?: number; statusCode?: number }
  return status ?? statusCode
}
