import fastify from 'fastify'
import t from 'tap'
import { headgate } from '../src/index.ts'

t.test('answers probes for the app, which needs no route for them', async (t) => {
  const app = fastify()
  await app.register(headgate, { answerProbes: true })
  app.get('/livez', async () => 'never asked')
  t.teardown(() => app.close())
  t.match(await app.inject('/readyz'), { statusCode: 200, body: '{"state":"ready"}' })
  t.match(await app.inject('/livez'), { statusCode: 200, body: '{"state":"alive"}' })
  app.headgate.leave()
  t.match(await app.inject('/readyz'), { statusCode: 503, body: '{"state":"leaving"}' })
})
