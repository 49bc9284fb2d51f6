import t from 'tap'
import { judgeCheck } from '../../check/judge-check.mjs'
import { checkPublished } from '../../check/published.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const MANIFEST = { name: 'a', version: '1.0.0', type: 'module', files: ['dist'] }

function tree(exports) {
  return {
    'packages/a/package.json': { ...MANIFEST, exports },
    'packages/a/dist/index.js': 'export const a = 1\n',
    'packages/a/dist/index.d.ts': 'export declare const a = 1\n',
  }
}

t.test('passes a package that resolves, with types', async (t) => {
  const exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
  t.match(checkPublished(plantWorkspace(t, tree(exports))), { seen: 1, problems: [] })
})

t.test('fails one whose entry is not in it', async (t) => {
  const exports = { '.': { types: './dist/index.d.ts', default: './dist/gone.js' } }
  t.ok(checkPublished(plantWorkspace(t, tree(exports))).problems.length > 0)
})

t.test('fails when a package was not built, and when there is none', async (t) => {
  const unbuilt = plantWorkspace(t, { 'packages/a/package.json': MANIFEST })
  t.match(checkPublished(unbuilt).problems, ['packages/a: not built'])
  t.equal(judgeCheck(checkPublished(plantWorkspace(t, {}))).verdict, 'failed')
})
