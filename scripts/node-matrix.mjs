// Runs the packages' tests on several builds of Node.js, installed from npm into node_modules/.cache.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform, release } from 'node:os'
import { join, resolve } from 'node:path'
import { installNode } from './matrix/install-node.mjs'
import { matrixPage } from './matrix/matrix-page.mjs'
import { parseMatrix } from './matrix/parse-matrix.mjs'
import { nodeVersionOf, runMatrixCell } from './matrix/run-matrix.mjs'
import { buildWorkspace } from './workspace/build-workspace.mjs'
import { countLine } from './workspace/count-line.mjs'
import { workspacePackages } from './workspace/workspace-packages.mjs'
import { WORKSPACE_ROOT } from './workspace/workspace-root.mjs'

const args = process.argv.slice(2)
const tested = workspacePackages(WORKSPACE_ROOT).filter(
  ({ folder, manifest }) => folder.startsWith('packages/') && manifest.scripts?.test,
)
const nameOf = ({ folder }) => folder.slice('packages/'.length)
const { nodes, names, out } = parseMatrix(args, tested.map(nameOf))
const chosen = names.length === 0 ? tested : tested.filter((each) => names.includes(nameOf(each)))

const built = buildWorkspace(WORKSPACE_ROOT)
if (!built.ok) throw new Error(`nothing to test: the workspace does not compile\n${built.output}`)
const cache = join(WORKSPACE_ROOT, 'node_modules', '.cache', 'node-matrix')
const columns = nodes.map((asked) => {
  const executable = installNode(asked, cache)
  const version = nodeVersionOf(executable)
  const cells = chosen.map((each) => {
    const cell = runMatrixCell(WORKSPACE_ROOT, each, executable)
    console.log(`Node ${version}, ${cell.folder}: ${countLine(cell)}`)
    if (cell.failed > 0) console.log(cell.output)
    return cell
  })
  return { version, cells }
})

const page = matrixPage(conditions(), columns)
console.log(page)
if (out !== undefined) writeFileSync(resolve(out), page)
const hasFailed = columns.some(({ cells }) => cells.some(({ failed }) => failed > 0))
process.exitCode = hasFailed ? 1 : 0

function conditions() {
  const git = (...words) =>
    spawnSync('git', words, { cwd: WORKSPACE_ROOT, encoding: 'utf8' }).stdout?.trim()
  const changes = git('status', '--porcelain', '-uno')
  return {
    command: ['node scripts/node-matrix.mjs', ...args].join(' '),
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changes ? ' with changes' : ''}`,
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, ${platform()} ${release()} ${arch()}`,
  }
}
