import t from 'tap'
import { judgeCheck } from '../../check/judge-check.mjs'
import { checkLint } from '../../check/lint.mjs'
import { hasBiome } from '../../setup/tool.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const CONFIG = { linter: { rules: { suspicious: { noConsole: 'warn' } } } }
const skip = hasBiome('.') ? false : 'biome has no binary for this system'

t.test('passes what is clean, and counts it', { skip }, async (t) => {
  const root = plantWorkspace(t, { 'biome.json': '{}\n', 'a.js': 'export const a = 1;\n' })
  t.match(checkLint(root), { seen: 2, problems: [] })
})

t.test('fails on format, on a rule, and on a mere warning', { skip }, async (t) => {
  for (const text of [
    'export const   a = 1;\n',
    'export const a = b == c;\n',
    'console.log(1);\n',
  ]) {
    const root = plantWorkspace(t, { 'biome.json': CONFIG, 'a.js': text })
    t.ok(checkLint(root).problems.length > 0, text)
  }
})

t.test('fails when there is nothing to lint', { skip }, async (t) => {
  const root = plantWorkspace(t, { 'biome.json': { files: { includes: ['nothing/**'] } } })
  t.equal(judgeCheck(checkLint(root)).verdict, 'failed')
})
