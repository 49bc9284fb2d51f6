import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ask, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, startLiveness } from '../../src/index.ts'

t.test('answers probes from a thread of its own', async (t) => {
  const admission = createAdmission({ warmUp: { dependencies: () => false } })
  const liveness = await startLiveness(admission, { port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    admission.close()
    await liveness.close()
  })
  const { port } = liveness
  t.match(await ask(port, { path: '/livez?why' }), { statusCode: 200, body: '{"state":"alive"}' })
  t.match(await ask(port, { path: '/readyz' }), { statusCode: 503, body: '{"state":"waiting"}' })
  t.match(await ask(port, { path: '/readyz', method: 'HEAD' }), { statusCode: 503, body: '' })
  t.equal((await ask(port, { path: '/' })).statusCode, 404)
  t.equal((await ask(port, { path: '/livez', method: 'POST' })).statusCode, 404)
  admission.readiness.reach('ready')
  t.equal((await ask(port, { path: '/readyz' })).statusCode, 200, 'at once')
  admission.leave()
  t.match(await ask(port, { path: '/readyz' }), { statusCode: 503, body: '{"state":"leaving"}' })
  t.equal((await ask(port, { path: '/livez' })).statusCode, 200)
})

t.test('a loop that stands still is alive for a while, and then is not', async (t) => {
  const script = fileURLToPath(new URL('../fixtures/blocked-loop.js', import.meta.url))
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  t.equal(status, 0, stderr)
  t.same(JSON.parse(stdout), ['200 {"state":"alive"}', '503 {"state":"blocked"}', 'alive again'])
})

t.test('a port that is taken, and options that are wrong, are told of', async (t) => {
  const admission = createAdmission()
  const first = await startLiveness(admission, { port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    admission.close()
    await first.close()
  })
  const { port } = first
  await t.rejects(startLiveness(admission, { port, host: '127.0.0.1' }), { code: 'EADDRINUSE' })
  for (const options of [{}, { port: -1 }, { port: 0, maxBlockedMs: 0 }, { port: 0, path: '/' }]) {
    await t.rejects(startLiveness(admission, options as never), { code: 'HG_ERR_OPTION' })
  }
})

t.test('when it is closed nothing listens', async (t) => {
  const admission = createAdmission()
  const { port, close } = await startLiveness(admission, { port: 0, host: '127.0.0.1' })
  await close()
  let refused = false
  await ask(port).catch(() => {
    refused = true
  })
  await until('nobody answers', () => refused)
  t.ok(refused)
  admission.close()
})
