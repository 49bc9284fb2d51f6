import t from 'tap'
import { isCode, sourceFiles } from '../../workspace/source-files.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

t.test('lists what people write, and leaves out what machines made', async (t) => {
  const root = plantWorkspace(t, {
    'b.md': '',
    'a/c.ts': '',
    'a/dist/c.js': '',
    'a/.tap/x': '',
    '.turbo/x': '',
    '.ci/run': '',
  })
  t.strictSame(sourceFiles(root), ['.ci/run', 'a/c.ts', 'b.md'])
  t.strictSame(sourceFiles(root, 'a', isCode), ['a/c.ts'])
  t.strictSame(sourceFiles(root, 'nowhere'), [])
})
