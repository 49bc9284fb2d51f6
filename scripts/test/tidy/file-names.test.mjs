import t from 'tap'
import { checkFileNames } from '../../tidy/file-names.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

t.test('finds files and folders that name no idea', async (t) => {
  const bad = ['a/src/utils.ts', 'a/src/helpers/x.ts', 'a/test/types.test.ts', 'a/src/constants.ts']
  const good = ['a/src/option-types.ts', 'a/src/common-tier.ts', 'README.md']
  const root = plantWorkspace(t, Object.fromEntries([...bad, ...good].map((path) => [path, ''])))
  t.strictSame(checkFileNames(root).problems, bad.sort())
})
