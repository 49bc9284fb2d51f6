import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { countTap } from './count-tap.mjs'
import { sourceFiles } from './source-files.mjs'

const TIMEOUT_MS = 180_000

/**
 * Runs the tests of the workspace's own scripts, each file with plain Node.js: tap's runner would hang
 * its loaders into the compilers and linters that these tests start, and some of those break under them.
 */
export async function runScriptTests(root, print = console.log) {
  const files = sourceFiles(root, 'scripts/test', (name) => name.endsWith('.test.mjs'))
  const count = { passed: 0, failed: files.length === 0 ? 1 : 0, skipped: 0 }
  if (files.length === 0) print('no tests seen in scripts/test')

  const waiting = [...files]
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const own = judge(await runFile(root, file))
      print(`${own.failed === 0 ? 'ok' : 'not ok'} ${file} (${own.passed} passed)`)
      if (own.failed > 0) print(own.output)
      for (const name of Object.keys(count)) count[name] += own[name]
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return count
}

function judge({ code, output, errors }) {
  const { problem, ...own } = countTap(output)
  const text = [problem, output, errors].filter(Boolean).join('\n')
  // A crash after the report was complete is no success either.
  const failed = code !== 0 && own.failed === 0 ? 1 : own.failed
  return { ...own, failed, output: text }
}

function runFile(root, file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, file)], { cwd: root, timeout: TIMEOUT_MS })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text
    })
    child.on('error', (error) => resolve({ code: 1, output, errors: error.message }))
    child.on('close', (code) => resolve({ code, output, errors }))
  })
}
