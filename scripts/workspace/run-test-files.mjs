import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { countTap } from './count-tap.mjs'

// Generous: it is there to end what hangs. tap's own comes first, since it names the test.
const TAP_TIMEOUT_S = 240
const KILL_AFTER_MS = 260_000

/**
 * Runs test files, each with plain Node.js, as many at once as there are cores, and adds up what they
 * say. tap's own runner would hang its loaders into every process and worker that a test starts: slow
 * for all of them, and fatal to some, since its TypeScript loader cannot work with TypeScript 7.
 */
export async function runTestFiles(folder, files, print = console.log) {
  const count = { passed: 0, failed: files.length === 0 ? 1 : 0, skipped: 0 }
  if (files.length === 0) print('no tests seen')

  const waiting = [...files]
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const startedMs = performance.now()
      const own = judge(await runFile(folder, file))
      const tookMs = Math.round(performance.now() - startedMs)
      print(`${own.failed === 0 ? 'ok' : 'not ok'} ${file} (${own.passed} passed, ${tookMs} ms)`)
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

function runFile(folder, file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', join(folder, file)], {
      cwd: folder,
      timeout: KILL_AFTER_MS,
      killSignal: 'SIGKILL',
      env: { ...process.env, TAP_TIMEOUT: String(TAP_TIMEOUT_S) },
    })
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
