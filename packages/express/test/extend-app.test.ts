import { createServer } from 'node:http'
import { ask, listenHere, portOf } from '@headgate/conformance'
import { type Admission, createAdmission } from '@headgate/node'
import express, { type Request, Router } from 'express'
import t, { type Test } from 'tap'
import { extendApp } from '../src/extend-app.ts'
import { headgate } from '../src/index.ts'

async function askOnce(t: Test, listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener)
  t.teardown(await listenHere(server))
  return (await ask(portOf({ server }))).body
}

/** Answers with what the request knows, once the work was counted as done. */
function answer(admission: Admission): (request: Request, response: express.Response) => void {
  return (request, response) => {
    const { headgate } = request
    response.end(`${headgate?.tier} ${admission.snapshot().inFlight}`)
  }
}

t.test(
  'a request has its handle in apps below the gate, in those above, and without an app',
  async (t) => {
    const admission = createAdmission({ queue: { maxWaitMs: 60_000 } })
    t.teardown(() => admission.close())
    const gate = headgate({ admission })
    const below = express().use(answer(admission))
    t.equal(await askOnce(t, express().use(gate, below)), 'important 1')
    const inside = express().use(gate)
    t.equal(await askOnce(t, express().use(inside).use(answer(admission))), 'important 1')
    const router = Router().use(gate, answer(admission))
    const alone = (request: unknown, response: unknown): unknown =>
      router(request as Request, response as express.Response, () => {})
    t.equal(await askOnce(t, alone), 'important 1')
  },
)

t.test('a handler may keep something else under the name', async (t) => {
  const app = express().use(headgate({ queue: { maxWaitMs: 60_000 } }), (request, response) => {
    request.headgate = null
    response.end(String(request.headgate))
  })
  t.equal(await askOnce(t, app), 'null')
})

t.test('an app is extended once, and keeps what it had for ending a response', async (t) => {
  const app = express()
  let ends = 0
  const { end } = express.response
  app.response.end = function (this: express.Response, ...args: unknown[]) {
    ends += 1
    return (end as (...all: unknown[]) => unknown).apply(this, args)
  } as unknown as typeof end
  app.use(
    headgate({ queue: { maxWaitMs: 60_000 } }),
    (_request, response) => void response.end('done'),
  )
  t.equal(await askOnce(t, app), 'done')
  t.equal(await askOnce(t, app), 'done')
  t.equal(ends, 2)
  t.equal(extendApp(app as object), true)
  t.equal(extendApp(undefined), false)
})
