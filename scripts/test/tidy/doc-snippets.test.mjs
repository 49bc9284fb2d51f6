import t from 'tap'
import { checkDocSnippets } from '../../tidy/doc-snippets.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const FENCE = '```'

function check(t, page) {
  const root = plantWorkspace(t, {
    'packages/a/package.json': { name: '@headgate/a', type: 'module', exports: { '.': './a.ts' } },
    'packages/a/a.ts': 'export const limit: number = 1\n',
    'README.md': page,
  })
  return checkDocSnippets(root)
}

t.test('compiles snippets against the packages', async (t) => {
  const page = `${FENCE}ts\nimport { limit } from '@headgate/a'\nconst a: number = limit\n${FENCE}\n`
  t.match(check(t, page), { seen: 1, problems: [] })
})

t.test('reports the page and the line of what does not compile', async (t) => {
  const page = `# Title\n\n${FENCE}ts\nimport { limit } from '@headgate/a'\nconst a: string = limit\n${FENCE}\n`
  t.match(check(t, page).problems, [/^README\.md\.3\.ts\(5,7\): error TS2322/])
})

t.test('leaves out fragments and other languages', async (t) => {
  const page = `${FENCE}ts fragment\nlimit:\n${FENCE}\n\n${FENCE}sh\nnpm test\n${FENCE}\n`
  t.equal(check(t, page).seen, 0)
})
