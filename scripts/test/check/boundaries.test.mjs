import t from 'tap'
import { checkBoundaries } from '../../check/boundaries.mjs'
import { hasParser, NO_PARSER } from '../../check/parse-source.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const skip = hasParser() ? false : NO_PARSER

const ARROWS = {
  'packages/core': { mayImport: [], pure: true },
  'packages/node': { mayImport: ['core'] },
  'packages/fastify': { mayImport: ['node', 'core'], appsOnly: true },
  'packages/conformance': { mayImport: [], testsOnly: true },
  'apps/demo': { mayImport: 'packages' },
}

const GOOD = {
  ...pack('packages/core', {}, { 'src/index.ts': "export { limit } from './limit.ts'" }),
  'packages/core/src/limit.ts': 'export const limit = 1',
  'packages/core/test/limit.test.ts':
    "import t from 'tap'\nimport { limit } from '../src/limit.ts'",
  ...pack('packages/node', { '@headgate/core': '*' }, {}),
  'packages/node/src/index.ts': "import fs from 'node:fs'\nimport { limit } from '@headgate/core'",
  'packages/node/src/testing.ts': 'export {}',
  ...pack('packages/fastify', { '@headgate/node': '*', fastify: '*' }, {}),
  'packages/fastify/src/index.ts': "import '@headgate/node/testing'\nimport 'fastify'",
  ...pack('packages/conformance', {}, { 'src/index.ts': "import 'node:net'" }),
  'packages/node/test/index.test.ts': "import '@headgate/conformance'",
  ...pack('apps/demo', { '@headgate/fastify': '*' }, {}),
  'apps/demo/src/main.ts': "import '@headgate/fastify'",
}

function pack(folder, dependencies, files) {
  const name = `@headgate/${folder.split('/')[1]}`
  const exports = { '.': './src/index.ts', ...(name.endsWith('/node') && { './testing': 'x' }) }
  const entries = Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])
  return Object.fromEntries([
    ...entries,
    [`${folder}/package.json`, { name, exports, dependencies }],
  ])
}

t.test('a tree that keeps to the arrows has no problems, and is counted', { skip }, async (t) => {
  const { seen, detail, problems } = checkBoundaries(plantWorkspace(t, GOOD), ARROWS)
  t.strictSame(problems, [])
  t.equal(seen, 9)
  t.equal(detail, '9 files, 10 imports')
})

t.test('what is wrong is found, and only that', { skip }, async (t) => {
  const cases = [
    [
      'an import upwards',
      'packages/core/src/limit.ts',
      "import '@headgate/node'",
      /no arrow from packages\/core to @headgate\/node/,
    ],
    [
      'a type taken from above',
      'packages/core/src/limit.ts',
      "import type { A } from '@headgate/node'",
      /no arrow/,
    ],
    [
      'a type in passing',
      'packages/core/src/limit.ts',
      "type A = import('@headgate/node').A",
      /no arrow/,
    ],
    ['a re-export', 'packages/core/src/limit.ts', "export * from '@headgate/fastify'", /no arrow/],
    [
      'a dynamic import',
      'packages/core/src/limit.ts',
      "void import('@headgate/fastify')",
      /no arrow/,
    ],
    ['a require', 'packages/node/src/testing.ts', "require('@headgate/fastify')", /no arrow/],
    ['an import of an app', 'apps/demo/src/main.ts', "import '@headgate/demo'", /own package/],
    [
      'a wrong arrow in a test',
      'packages/core/test/limit.test.ts',
      "import '@headgate/node'",
      /no arrow/,
    ],
    [
      'an import of what is for tests',
      'packages/node/src/testing.ts',
      "import '@headgate/conformance'",
      /no arrow/,
    ],
    [
      'a deep import',
      'packages/node/src/testing.ts',
      "import '@headgate/core/src/limit.ts'",
      /deep import/,
    ],
    [
      'a path out of the package',
      'packages/node/src/testing.ts',
      "import '../../core/src/limit.ts'",
      /outside the package/,
    ],
    [
      'a test used by src',
      'packages/core/src/limit.ts',
      "import '../test/limit.test.ts'",
      /src must not import/,
    ],
    [
      'a file that is not there',
      'packages/core/src/limit.ts',
      "import './nowhere.ts'",
      /does not exist/,
    ],
    [
      'an unknown sibling',
      'packages/node/src/testing.ts',
      "import '@headgate/nobody'",
      /there is no package/,
    ],
    ['a computed import', 'packages/node/src/testing.ts', 'void import(name)', /cannot be checked/],
    [
      'a built-in module in pure code',
      'packages/core/src/limit.ts',
      "import 'node:fs'",
      /pure, but imports node:fs/,
    ],
    [
      'a dependency in pure code',
      'packages/core/src/limit.ts',
      "import 'undici'",
      /pure, but imports undici/,
    ],
    [
      'a circle of files',
      'packages/core/src/limit.ts',
      "import './index.ts'",
      /circle: .*limit\.ts/,
    ],
  ]
  for (const [name, path, text, expected] of cases) {
    t.test(name, async (t) => {
      const { problems } = checkBoundaries(plantWorkspace(t, { ...GOOD, [path]: text }), ARROWS)
      t.equal(problems.length, 1, problems.join('\n'))
      t.match(problems[0], expected)
    })
  }
})

t.test('comments, strings and templates are no imports', { skip }, async (t) => {
  const text = [
    "// import '@headgate/node'",
    "/* export * from '@headgate/node' */",
    'export const text = "import \'@headgate/node\'"',
    'export const more = `import("@headgate/node")`',
    'export const pattern = /import "@headgate\\/node"/',
  ].join('\n')
  const root = plantWorkspace(t, { ...GOOD, 'packages/core/src/limit.ts': text })
  t.strictSame(checkBoundaries(root, ARROWS).problems, [])
})

t.test('a dependency needs an arrow, whatever its kind', { skip }, async (t) => {
  for (const kind of [
    'dependencies',
    'peerDependencies',
    'optionalDependencies',
    'devDependencies',
  ]) {
    const manifest = {
      name: '@headgate/core',
      exports: { '.': 'x' },
      [kind]: { '@headgate/node': '*' },
    }
    const root = plantWorkspace(t, { ...GOOD, 'packages/core/package.json': manifest })
    t.match(checkBoundaries(root, ARROWS).problems, [/no arrow to @headgate\/node/], kind)
  }
})

t.test('a pure package has no run-time dependency', { skip }, async (t) => {
  const root = plantWorkspace(t, { ...GOOD, ...pack('packages/core', { 'lru-cache': '1' }, {}) })
  t.match(checkBoundaries(root, ARROWS).problems, [/pure, but depends on lru-cache/])
})

t.test('fails when it sees no modules', { skip }, async (t) => {
  t.test('in one package', async (t) => {
    const { 'packages/node/src/index.ts': _, 'packages/node/src/testing.ts': __, ...rest } = GOOD
    const { problems } = checkBoundaries(plantWorkspace(t, rest), ARROWS)
    t.match(problems, [/packages\/node: no modules seen/])
  })
  t.test('at all', async (t) => {
    const { seen, problems } = checkBoundaries(plantWorkspace(t, {}), ARROWS)
    t.equal(seen, 0)
    t.ok(problems.includes('no imports seen in any package'))
  })
})

t.test(
  'a folder that the table does not name fails, and so does a row without a folder',
  { skip },
  async (t) => {
    const { 'apps/demo': _, ...fewer } = ARROWS
    t.match(checkBoundaries(plantWorkspace(t, GOOD), fewer).problems, [/apps\/demo is missing/])
    const more = { ...ARROWS, 'packages/ghost': { mayImport: [] } }
    t.match(checkBoundaries(plantWorkspace(t, GOOD), more).problems, [
      /ghost, which does not exist/,
    ])
  },
)

t.test('a package without a manifest is seen', { skip }, async (t) => {
  const root = plantWorkspace(t, { ...GOOD, 'packages/stray/src/index.ts': 'export {}' })
  t.match(checkBoundaries(root, ARROWS).problems, [/packages\/stray is missing/, /name must be/])
})

t.test('a file that does not parse is not taken for one without imports', { skip }, async (t) => {
  const root = plantWorkspace(t, { ...GOOD, 'packages/core/src/limit.ts': 'export const = {' })
  t.throws(() => checkBoundaries(root, ARROWS), /packages\/core\/src\/limit\.ts/)
})
