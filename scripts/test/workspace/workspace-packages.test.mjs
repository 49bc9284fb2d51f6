import t from 'tap'
import { workspacePackages } from '../../workspace/workspace-packages.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

t.test('finds packages and apps, with or without a manifest', async (t) => {
  const root = plantWorkspace(t, {
    'packages/b/package.json': { name: '@headgate/b' },
    'packages/a/src/index.ts': '',
    'packages/empty/README.md': '',
    'apps/c/package.json': { name: '@headgate/c' },
  })
  t.match(workspacePackages(root), [
    { folder: 'packages/a', manifest: {} },
    { folder: 'packages/b', manifest: { name: '@headgate/b' } },
    { folder: 'apps/c', manifest: { name: '@headgate/c' } },
  ])
  t.strictSame(workspacePackages(`${root}/apps`), [])
})
