import t from 'tap'
import { findImpurities } from '../../check/find-impurities.mjs'
import { hasParser, NO_PARSER } from '../../check/parse-source.mjs'

const skip = hasParser() ? false : NO_PARSER

function check(text) {
  return findImpurities('a.ts', text)
}

t.test('finds every way out of a pure package', { skip }, async (t) => {
  const impure = [
    'Date.now()',
    'new Date()',
    'const { now } = Date',
    'const clocks = { Date }',
    'Math.random()',
    "Math['random']()",
    'const { random } = Math',
    'const draw = Math[name]',
    'performance.now()',
    'setTimeout(run, 1)',
    'const later = setImmediate',
    'queueMicrotask(run)',
    'process.hrtime()',
    'console.log(1)',
    'globalThis.Date',
    'crypto.getRandomValues(a)',
    'new Promise(run)',
    'Promise.resolve(1)',
    'async function run() {}',
    'const run = async () => {}',
    '(Date as unknown)',
    'Date!.now()',
    'class A { at = Date.now() }',
    'eval("1")',
    'new Function("1")',
  ]
  for (const text of impure) t.ok(check(text).length > 0, text)
})

t.test('leaves alone what only looks like it', { skip }, async (t) => {
  const pure = [
    'clock.Date',
    'options.process.performance',
    'const names = { Date: 1, process: 2 }',
    'class A { process() {} }',
    'Math.max(1, 2)',
    '// Date.now()',
    '"Date.now()"',
    'type At = Date',
    'interface A { at: Date; run(): Promise<void>; process: typeof Date }',
    'function run(): Promise<number> | undefined { return undefined }',
    'class A implements Date {}',
  ]
  for (const text of pure) t.strictSame(check(text), [], text)
})

t.test('lets promises pass where they may be started, and nothing else', { skip }, async (t) => {
  const text = 'const run = async () => { await Promise.resolve(1) }'
  t.strictSame(findImpurities('a.ts', text, { startsPromises: true }), [])
  const clocks = 'const run = async () => Promise.resolve(Date.now())'
  t.match(findImpurities('a.ts', clocks, { startsPromises: true }), [/^a\.ts:1: Date/])
})

t.test('says where', { skip }, async (t) => {
  t.match(check('const a = 1\n\nDate.now()'), [/^a\.ts:3: Date/])
})
