import t from 'tap'
import { runTestFiles } from '../../workspace/run-test-files.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

async function run(t, files) {
  const lines = []
  const root = plantWorkspace(t, files)
  const count = await runTestFiles(root, Object.keys(files), (line) => lines.push(line))
  return { ...count, text: lines.join('\n') }
}

t.test('adds up what the files say', async (t) => {
  const good = "import t from 'tap'\nt.ok(true)\nt.ok(true)"
  const bad = "import t from 'tap'\nt.ok(false, 'the reason')\nt.ok(true)"
  const { text, ...count } = await run(t, {
    'good.mjs': good,
    'bad.mjs': bad,
    'more/good.mjs': good,
  })
  t.strictSame(count, { passed: 5, failed: 1, skipped: 0 })
  t.match(text, /the reason/)
  t.match(text, /^ok good\.mjs \(2 passed, \d+ ms\)$/m)
  t.match(text, /^not ok bad\.mjs \(1 passed/m)
})

t.test(
  'a file that throws, ends early, makes no assertion or does not start has failed',
  async (t) => {
    const files = {
      throws: "import t from 'tap'\nt.ok(true)\nthrow new Error('x')",
      exits: "import t from 'tap'\nt.test('x', async t => { t.ok(true)\nprocess.exit(0) })",
      late: "import t from 'tap'\nt.ok(true)\nprocess.on('exit', () => { process.exitCode = 3 })",
      empty: '',
      silent: "import 'tap'",
      broken: 'import {',
    }
    for (const [name, text] of Object.entries(files)) {
      t.ok((await run(t, { [`${name}.mjs`]: text })).failed > 0, name)
    }
  },
)

t.test('no files at all have failed too', async (t) => {
  t.match(await run(t, {}), { passed: 0, failed: 1 })
})
