import t from 'tap'
import { checkMachinePaths } from '../../tidy/machine-paths.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

t.test('finds paths of a machine', async (t) => {
  const at = (...parts) => `see ${['', ...parts].join('/')}`
  const root = plantWorkspace(t, {
    'a.md': at('tmp', 'x'),
    'b.ts': at('work', 'shared'),
    'c.json': `"${at('home', 'me').slice(4)}"`,
    'd.md': 'packages/work/a, https://example.com/tmp/x, and the /tmp folder',
  })
  t.match(checkMachinePaths(root).problems, [/^a\.md:1/, /^b\.ts:1/, /^c\.json:1/])
})
