import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkPureTypes } from '../../check/pure-types.mjs'
import { pureFolders } from '../../workspace/arrows.mjs'
import { WORKSPACE_ROOT } from '../../workspace/workspace-root.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

function check(t, folder, text) {
  const read = (path) => readFileSync(join(WORKSPACE_ROOT, path), 'utf8')
  const root = plantWorkspace(t, {
    'tsconfig.base.json': read('tsconfig.base.json'),
    [`${folder}/tsconfig.json`]: read(`${folder}/tsconfig.json`),
    [`${folder}/tsconfig.pure.json`]: read(`${folder}/tsconfig.pure.json`),
    ...(text !== undefined && { [`${folder}/src/index.ts`]: text }),
  })
  return checkPureTypes(root, [folder])
}

t.test('the projects of this repository know no host', async (t) => {
  t.ok(pureFolders().length > 0)
  for (const folder of pureFolders()) {
    const hosts = ['setTimeout', 'process', 'console', 'performance', 'window', 'fetch', 'Buffer']
    const uses = hosts.map((name, index) => `export const found${index}: unknown = ${name}`)
    const { problems } = check(t, folder, `import 'node:fs'\n${uses.join('\n')}`)
    for (const name of [...hosts, 'node:fs']) {
      t.ok(
        problems.some((line) => /error TS/.test(line) && line.includes(`'${name}'`)),
        `${folder}: ${name}`,
      )
    }
    t.match(check(t, folder, 'export const a: number = 1'), { seen: 1, problems: [] })
  }
})

t.test('no src, or no project, is no success', async (t) => {
  const [folder] = pureFolders()
  t.match(check(t, folder, undefined), { seen: 0, problems: [/error TS18003/] })
  t.match(checkPureTypes(plantWorkspace(t, {}), [folder]).problems, [
    /tsconfig\.pure\.json is missing/,
  ])
})
