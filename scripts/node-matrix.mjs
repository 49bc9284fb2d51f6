// Runs the packages' tests on several builds of Node.js, installed from npm into node_modules/.cache.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform, release } from 'node:os'
import { join, resolve } from 'node:path'
import { installNode } from './matrix/install-node.mjs'
import { readCells, withCell, writeCells } from './matrix/matrix-cells.mjs'
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
const { nodes, names, out, adds } = parse(args, tested.map(nameOf))
const chosen = names.length === 0 ? tested : tested.filter((each) => names.includes(nameOf(each)))

const built = buildWorkspace(WORKSPACE_ROOT)
if (!built.ok) fail(`nothing to test: the workspace does not compile\n${built.output}`)
const cache = join(WORKSPACE_ROOT, 'node_modules', '.cache', 'node-matrix')
const conditions = {
  command: ['node scripts/node-matrix.mjs', ...args].join(' '),
  machine: machine(),
}
const commit = describeCommit()

let hasFailed = false
let cells = adds && out !== undefined ? readCells(`${resolve(out)}.json`) : []
for (const asked of nodes) {
  const executable = installNode(asked, cache)
  const version = nodeVersionOf(executable)
  for (const each of chosen) {
    const { output, ...cell } = runMatrixCell(WORKSPACE_ROOT, each, executable)
    console.log(`Node ${version}, ${cell.folder}: ${countLine(cell)}`)
    if (cell.failed > 0) console.log(output)
    hasFailed ||= cell.failed > 0
    const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
    cells = withCell(cells, { version, ...cell, date, commit })
    // After each: a long run that is cut short keeps what it has.
    if (out !== undefined) write(resolve(out))
  }
}
console.log(matrixPage(conditions, cells))
process.exitCode = hasFailed ? 1 : 0

function parse(given, known) {
  try {
    return parseMatrix(given, known)
  } catch (error) {
    return fail(error.message)
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

function write(path) {
  writeFileSync(`${path}.md`, matrixPage(conditions, cells))
  writeCells(`${path}.json`, cells)
}

function describeCommit() {
  const git = (...words) =>
    spawnSync('git', words, { cwd: WORKSPACE_ROOT, encoding: 'utf8' }).stdout?.trim()
  const changes = git('status', '--porcelain', '-uno')
  return `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changes ? ' with changes' : ''}`
}

function machine() {
  const { model = 'unknown' } = cpus()[0] ?? {}
  return `${model}, ${availableParallelism()} cores, ${platform()} ${release()} ${arch()}`
}
