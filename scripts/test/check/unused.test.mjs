import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { judgeCheck } from '../../check/judge-check.mjs'
import { checkUnused } from '../../check/unused.mjs'
import { WORKSPACE_ROOT } from '../../workspace/workspace-root.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

function check(t, files) {
  const root = plantWorkspace(t, {
    'package.json': { name: 'x', type: 'module' },
    'knip.json': { entry: ['src/main.js'], project: ['src/**'] },
    ...files,
  })
  const reporter = 'scripts/check/knip-reporter.mjs'
  mkdirSync(join(root, 'scripts/check'), { recursive: true })
  copyFileSync(join(WORKSPACE_ROOT, reporter), join(root, reporter))
  return checkUnused(root)
}

const USED = {
  'src/main.js': "import { a } from './a.js'\na()\n",
  'src/a.js': 'export const a = 1\n',
}

t.test('passes when everything is used, and counts it', async (t) => {
  const found = check(t, USED)
  if (found.skipped !== undefined) return t.skip(found.skipped)
  t.strictSame(found.problems, [])
  t.equal(found.seen, 2)
})

t.test('finds an unused file, an unused export and an undeclared dependency', async (t) => {
  const found = check(t, {
    ...USED,
    'src/b.js': 'export const b = 1\n',
    'src/a.js': "import 'nowhere'\nexport const a = 1\nexport const c = 2\n",
  })
  if (found.skipped !== undefined) return t.skip(found.skipped)
  const all = found.problems.join('\n')
  for (const expected of [/files: src\/b\.js/, /exports: c/, /unlisted: nowhere/])
    t.match(all, expected)
})

t.test('fails when it sees no files', async (t) => {
  const found = check(t, {})
  if (found.skipped !== undefined) return t.skip(found.skipped)
  t.equal(judgeCheck(found).verdict, 'failed')
})
