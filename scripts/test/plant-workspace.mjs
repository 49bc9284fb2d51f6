import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { WORKSPACE_ROOT } from '../workspace/workspace-root.mjs'

/**
 * Writes files (`{ path: text or object }`) into a fresh folder that the test `t` removes, and returns
 * the folder. The development tools are found there as in the repository.
 */
export function plantWorkspace(t, files) {
  const root = t.testdir({})
  for (const [path, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  symlinkSync(join(WORKSPACE_ROOT, 'node_modules'), join(root, 'node_modules'), 'junction')
  return root
}
