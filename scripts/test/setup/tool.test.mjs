import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { BIOME, hasBiome, hasTurbo, runTool, TSC } from '../../setup/tool.mjs'
import { WORKSPACE_ROOT } from '../../workspace/workspace-root.mjs'

t.test('runs an installed tool', async (t) => {
  const { status, stdout } = runTool(WORKSPACE_ROOT, [TSC, '--version'])
  t.equal(status, 0)
  t.match(stdout, /^Version \d/)
})

t.test('says when a tool is not installed, or has no such command', async (t) => {
  t.throws(() => runTool(WORKSPACE_ROOT, ['nothing-of-the-kind']), /is not installed/)
  t.throws(() => runTool(WORKSPACE_ROOT, [{ name: BIOME.name, bin: 'x' }]), /has no command x/)
})

t.test('a tool whose binary for this system is there is found', async (t) => {
  // Asked of pnpm's store, another way than the code asks.
  const stored = readdirSync(join(WORKSPACE_ROOT, 'node_modules', '.pnpm'))
  const has = (name) => stored.some((folder) => folder.startsWith(name))
  t.equal(hasTurbo(WORKSPACE_ROOT), has('@turbo+'))
  t.equal(hasBiome(WORKSPACE_ROOT), has('@biomejs+cli-'))
})

t.test('a tool whose binary for this system is missing is not there', async (t) => {
  const root = t.testdir({
    node_modules: {
      turbo: { 'package.json': '{}' },
      '@biomejs': {
        biome: {
          'package.json': '{ "bin": { "biome": "biome.js" } }',
          'biome.js': "require.resolve('@biomejs/cli-none')",
        },
      },
    },
  })
  t.equal(hasTurbo(root), false)
  t.equal(hasBiome(root), false)
})
