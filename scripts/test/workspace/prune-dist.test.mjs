import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { pruneDist } from '../../workspace/prune-dist.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

t.test('takes away the output of sources that are gone, and no other', async (t) => {
  const kept = [
    '.tsbuildinfo',
    'src/a.js',
    'src/a.js.map',
    'src/a.d.ts',
    'src/a.d.ts.map',
    'test/b.json',
  ]
  const gone = [
    'src/old.js',
    'src/old.js.map',
    'src/old.d.ts',
    'src/old.d.ts.map',
    'test/old.test.js',
  ]
  const outputs = [...kept, ...gone].map((path) => [`packages/x/dist/${path}`, ''])
  const root = plantWorkspace(t, {
    'packages/x/package.json': { name: '@headgate/x' },
    'packages/x/src/a.ts': '',
    'packages/x/test/b.json': '',
    ...Object.fromEntries(outputs),
  })
  t.equal(pruneDist(root).length, gone.length)
  for (const path of kept) t.ok(existsSync(join(root, 'packages/x/dist', path)), path)
  for (const path of gone) t.notOk(existsSync(join(root, 'packages/x/dist', path)), path)
})
