import { runTool, TSC } from '../setup/tool.mjs'
import { pruneDist } from './prune-dist.mjs'

/** Compiles every project that the root tsconfig.json names, in order, only what changed. */
export function buildWorkspace(root) {
  const { status, stdout, stderr } = runTool(root, [TSC, '-b', '--pretty', 'false'])
  pruneDist(root)
  return { ok: status === 0, output: `${stdout}${stderr}`.trim() }
}
