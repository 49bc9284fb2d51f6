import { createServer } from 'node:http'
import { ask, listening } from '@headgate/conformance'
import t from 'tap'
import { headgate } from '../src/index.ts'
import { KOAS } from './fixtures/koas.ts'

for (const [name, Koa] of Object.entries(KOAS)) {
  t.test(`${name}: how a request came in is told by the prototype`, async (t) => {
    const app = new Koa()
    const seen: unknown[] = []
    app.use(async (ctx, next) => {
      seen.push(ctx.headgate)
      await next()
      seen.push(ctx.headgate?.tier)
    })
    app.use(headgate())
    app.use((ctx) => {
      ctx.body = String(Object.hasOwn(ctx, 'headgate'))
    })
    const port = await listening(t, createServer(app.callback()))
    t.match(await ask(port), { statusCode: 200, body: 'false' })
    t.match(await ask(port), { statusCode: 200, body: 'false' })
    t.strictSame(
      seen,
      [undefined, 'important', null, 'important'],
      'known from the first request on',
    )
  })

  t.test(`${name}: whoever sets it has its own`, async (t) => {
    const app = new Koa()
    app.use(headgate())
    app.use((ctx) => {
      const { headgate: before } = ctx
      ctx.headgate = null
      ctx.body = `${before?.tier} ${ctx.headgate}`
    })
    const port = await listening(t, createServer(app.callback()))
    t.match(await ask(port), { body: 'important null' })
  })
}
