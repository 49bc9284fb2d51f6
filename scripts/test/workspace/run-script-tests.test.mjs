import t from 'tap'
import { runScriptTests } from '../../workspace/run-script-tests.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

async function run(t, files) {
  const lines = []
  const tests = Object.entries(files).map(([name, text]) => [`scripts/test/${name}.test.mjs`, text])
  const root = plantWorkspace(t, Object.fromEntries(tests))
  const count = await runScriptTests(root, (line) => lines.push(line))
  return { ...count, text: lines.join('\n') }
}

t.test('adds up what the files say', async (t) => {
  const good = "import t from 'tap'\nt.ok(true)\nt.ok(true)"
  const bad = "import t from 'tap'\nt.ok(false, 'the reason')\nt.ok(true)"
  const { text, ...count } = await run(t, { good, bad, sub: good })
  t.strictSame(count, { passed: 5, failed: 1, skipped: 0 })
  t.match(text, /the reason/)
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
      t.ok((await run(t, { [name]: text })).failed > 0, name)
    }
  },
)

t.test('no files at all have failed too', async (t) => {
  t.match(await run(t, {}), { passed: 0, failed: 1 })
})
