import type { Contestant } from './contestant.ts'

/** A fixed number of requests in flight, the rest refused: the guard most services write themselves. */
export const staticLimit: Contestant = {
  name: 'static',
  about: 'a fixed limit of requests in flight, at its best value of a sweep',
  register: async (app, parameter) => {
    const limit = Number(parameter)
    if (!Number.isInteger(limit) || limit < 0) throw new Error(`static:limit, got ${parameter}`)
    let inFlight = 0
    app.addHook('onRequest', (_, reply, done) => {
      if (inFlight >= limit) {
        reply.code(503).header('retry-after', '1').send({ reason: 'full' })
        return
      }
      inFlight += 1
      reply.raw.once('close', () => {
        inFlight -= 1
      })
      done()
    })
  },
}
