import t from 'tap'
import { checkFileLengths } from '../../tidy/file-lengths.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

t.test('finds sources over 250 lines', async (t) => {
  const root = plantWorkspace(t, {
    'packages/a/src/long.ts': 'x\n'.repeat(251),
    'packages/a/src/full.ts': 'x\n'.repeat(250),
    'packages/a/test/long.test.ts': 'x\n'.repeat(300),
  })
  t.match(checkFileLengths(root), { seen: 2, problems: [/^packages\/a\/src\/long\.ts: 251 lines/] })
})
