import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ensureInstalled } from '../../setup/ensure-installed.mjs'

function plant(t) {
  const manifest = JSON.stringify({ dependencies: { x: '1' } })
  const root = t.testdir({
    'package.json': '{}',
    'pnpm-lock.yaml': 'one',
    packages: { a: { 'package.json': manifest, node_modules: {} } },
    node_modules: {},
  })
  const installed = () => {
    let runs = 0
    ensureInstalled(root, () => {
      runs += 1
    })
    return runs === 1
  }
  return { root, installed }
}

t.test('installs once', async (t) => {
  const { installed } = plant(t)
  t.equal(installed(), true)
  t.equal(installed(), false)
})

t.test('installs again when the lockfile or a manifest changes, or a folder is gone', async (t) => {
  const changes = {
    lockfile: (root) => writeFileSync(join(root, 'pnpm-lock.yaml'), 'two'),
    manifest: (root) => writeFileSync(join(root, 'package.json'), '{ }'),
    folder: (root) => rmSync(join(root, 'packages/a/node_modules'), { recursive: true }),
  }
  for (const [name, change] of Object.entries(changes)) {
    const { root, installed } = plant(t)
    installed()
    change(root)
    t.equal(installed(), true, name)
  }
})

t.test('a failed installation is tried again', async (t) => {
  const { root, installed } = plant(t)
  t.throws(() =>
    ensureInstalled(root, () => {
      throw new Error('no network')
    }),
  )
  t.equal(installed(), true)
})
