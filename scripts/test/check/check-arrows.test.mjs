import t from 'tap'
import { checkArrows } from '../../check/check-arrows.mjs'
import { ARROWS } from '../../workspace/arrows.mjs'

function check(arrows) {
  const packages = Object.keys(arrows).map((folder) => ({
    folder,
    manifest: { name: `@headgate/${folder.split('/')[1]}` },
  }))
  return checkArrows(packages, arrows)
}

t.test('the table in use is sound', async (t) => {
  t.strictSame(check(ARROWS), [])
})

t.test('arrows in a circle are found', async (t) => {
  const arrows = { 'packages/a': { mayImport: ['b'] }, 'packages/b': { mayImport: ['a'] } }
  t.match(check(arrows), [/circle: packages\/a → packages\/b → packages\/a/])
})

t.test('adapters never import each other', async (t) => {
  const arrows = {
    'packages/fastify': { mayImport: [], appsOnly: true },
    'packages/koa': { mayImport: ['fastify'], appsOnly: true },
    'apps/demo': { mayImport: 'packages' },
  }
  t.match(check(arrows), [/packages\/koa may not import fastify/])
})

t.test('only an app may import every package', async (t) => {
  t.match(check({ 'packages/a': { mayImport: 'packages' } }), [/not an app/])
})

t.test('a package is called as its folder is', async (t) => {
  const packages = [{ folder: 'packages/a', manifest: { name: '@headgate/b' } }]
  t.match(checkArrows(packages, { 'packages/a': { mayImport: [] } }), [/name must be/])
})
