import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const script = fileURLToPath(new URL('../fixtures/throwing-server.js', import.meta.url))

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', timeout: 30_000 })
}

t.test('a handler that throws ends the process, as it does without a gate', async (t) => {
  const { status, stderr, stdout } = run()
  t.equal(status, 1)
  t.match(stderr, /Error: from the handler/)
  t.equal(stdout, '')
})

t.test('in a process that survives it, no permit is lost and nobody is kept waiting', async (t) => {
  const { status, stderr, stdout } = run('survive')
  t.equal(status, 0, stderr)
  t.same(JSON.parse(stdout), {
    uncaught: ['from the handler', 'from the handler'],
    served: ['/1', '/2', '/3'],
    queued: 0,
  })
})
