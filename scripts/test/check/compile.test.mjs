import t from 'tap'
import { checkCompile } from '../../check/compile.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const OPTIONS = {
  compilerOptions: { rootDir: '.', outDir: 'dist', composite: true, module: 'nodenext', types: [] },
  include: ['src'],
}
const TREE = {
  'tsconfig.json': { files: [], references: [{ path: 'packages/a' }, { path: 'packages/b' }] },
  'packages/a/package.json': { name: '@headgate/a', type: 'module' },
  'packages/a/tsconfig.json': OPTIONS,
  'packages/a/src/index.ts': 'export const a: number = 1',
  'packages/b/package.json': { name: '@headgate/b', dependencies: { '@headgate/a': '*' } },
  'packages/b/tsconfig.json': { ...OPTIONS, references: [{ path: '../a' }] },
  'packages/b/src/index.ts': 'export const b: number = 1',
}

t.test('compiles every project', async (t) => {
  t.match(checkCompile(plantWorkspace(t, TREE)), { seen: 2, problems: [] })
})

t.test('reports what the compiler says', async (t) => {
  const root = plantWorkspace(t, {
    ...TREE,
    'packages/a/src/index.ts': 'export const a: string = 1',
  })
  t.match(checkCompile(root).problems, [/packages\/a\/src\/index\.ts.*error TS2322/])
})

t.test('a package that nobody references would never be compiled', async (t) => {
  const root = plantWorkspace(t, {
    ...TREE,
    'tsconfig.json': { files: [], references: [{ path: 'packages/a' }] },
    'packages/b/tsconfig.json': OPTIONS,
  })
  t.match(checkCompile(root), {
    seen: 1,
    problems: [/reference to packages\/b is missing/, /packages\/b\/tsconfig\.json: .*packages\/a/],
  })
})
