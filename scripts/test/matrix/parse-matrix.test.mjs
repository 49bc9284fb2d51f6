import t from 'tap'
import { parseMatrix } from '../../matrix/parse-matrix.mjs'

const KNOWN = ['core', 'node']

t.test('reads what is given and fills in the rest', async (t) => {
  const all = { nodes: ['20.19', '22', '24', '26'], names: [], out: undefined, adds: false }
  t.strictSame(parseMatrix([], KNOWN), all)
  const some = parseMatrix(['node', '--nodes', '22,26.1', 'core', '--out', 'x', '--add'], KNOWN)
  t.strictSame(some, { nodes: ['22', '26.1'], names: ['node', 'core'], out: 'x', adds: true })
})

t.test('says what is wrong before anything is installed', async (t) => {
  for (const [line, message] of [
    ['--nodes lts', /--nodes must be versions, got lts/],
    ['--nodes 22,', /--nodes must be versions, got /],
    ['--nodes', /usage/],
    ['--node 22', /usage/],
    ['core kernel', /package must be one of core, node, got kernel/],
  ]) {
    t.throws(() => parseMatrix(line.split(' '), KNOWN), { message }, line)
  }
})
