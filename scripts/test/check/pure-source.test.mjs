import t from 'tap'
import { hasParser, NO_PARSER } from '../../check/parse-source.mjs'
import { checkPureSource } from '../../check/pure-source.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const skip = hasParser() ? false : NO_PARSER

t.test('reads the src of pure packages, and nothing else', { skip }, async (t) => {
  const root = plantWorkspace(t, {
    'packages/core/src/a.ts': 'Date.now()',
    'packages/core/test/a.test.ts': 'Date.now()',
    'packages/node/src/a.ts': 'Date.now()',
  })
  t.match(checkPureSource(root, ['packages/core']), {
    seen: 1,
    problems: [/^packages\/core\/src\/a\.ts:1: Date/],
  })
})

t.test('promises are for the packages that may start them', { skip }, async (t) => {
  const root = plantWorkspace(t, {
    'packages/core/src/a.ts': 'Promise.resolve(1)',
    'packages/singleflight/src/a.ts': 'Promise.resolve(1)',
  })
  const promising = ['packages/singleflight']
  t.match(checkPureSource(root, ['packages/core', ...promising], promising).problems, [
    /^packages\/core\/src\/a\.ts:1: Promise/,
  ])
})

t.test('a pure package without modules fails', { skip }, async (t) => {
  const { seen, problems } = checkPureSource(plantWorkspace(t, {}), ['packages/core'])
  t.equal(seen, 0)
  t.match(problems, [/no modules/])
})
