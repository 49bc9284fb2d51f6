import fastify, { type FastifyBaseLogger } from 'fastify'
import t from 'tap'
import { isMute } from '../src/is-mute.ts'

t.test('only where no logger was asked for', async (t) => {
  t.equal(isMute(fastify().log), true)
  t.equal(isMute(fastify({ logger: false }).log), true)
  t.equal(isMute(fastify({ logger: { level: 'silent' } }).log), false, 'it may get a level later')
  t.equal(isMute(fastify({ logger: { level: 'error' } }).log), false)
  const tell = (): void => {}
  const own = { info: tell, error: tell, fatal: tell, warn: tell, debug: tell, trace: tell }
  const logger: FastifyBaseLogger = { ...own, level: 'info', silent: tell, child: () => logger }
  t.equal(isMute(fastify({ loggerInstance: logger }).log), false, 'one function for all')
  Reflect.deleteProperty(logger, 'level')
  t.equal(isMute(logger), false, 'and no level')
})
