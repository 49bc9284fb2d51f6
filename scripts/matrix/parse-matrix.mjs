import { parseArgs } from 'node:util'

/** What the command line of the matrix may say. */
const MATRIX_USAGE = `usage: node scripts/node-matrix.mjs [options] [package ...]
  package   such as core or node; default: every package under packages/
  --nodes   20.19,22,24,26   the newest build of each that the registry has
  --out     where to write the table and its figures: docs/results/node-matrix gives .md and .json
  --add     to what is written there: packages and versions one by one`

const NODES = '20.19,22,24,26'

/**
 * `{ nodes, names, out, adds }` of the arguments, `names` empty for all.
 *
 * @throws {Error} that says what is wrong with them.
 */
export function parseMatrix(args, known) {
  const { values, positionals: names } = read(args)
  const nodes = values.nodes.split(',')
  for (const version of nodes) {
    if (!/^\d+(\.\d+){0,2}$/.test(version))
      throw new Error(`--nodes must be versions, got ${version}`)
  }
  for (const name of names) {
    if (!known.includes(name))
      throw new Error(`package must be one of ${known.join(', ')}, got ${name}`)
  }
  return { nodes, names, out: values.out, adds: values.add }
}

function read(args) {
  try {
    const options = {
      nodes: { type: 'string', default: NODES },
      out: { type: 'string' },
      add: { type: 'boolean', default: false },
    }
    return parseArgs({ args, allowPositionals: true, options })
  } catch (error) {
    throw new Error(`${error.message}\n${MATRIX_USAGE}`)
  }
}
