import t from 'tap'
import { checkDrawnArrows } from '../../tidy/drawn-arrows.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const ARROWS = {
  'packages/core': { mayImport: [], pure: true },
  'packages/node': { mayImport: ['core'] },
  'apps/demo': { mayImport: 'packages' },
}
const ROWS = [
  '| `packages/core` | nothing | pure | the core |',
  '| `packages/node` | `core` | | the host |',
  '| `apps/demo` | any package | | a shop |',
]

function check(t, rows) {
  return checkDrawnArrows(plantWorkspace(t, { 'ARCHITECTURE.md': rows.join('\n') }), ARROWS)
}

t.test('the drawing is the table', async (t) => {
  t.match(check(t, ROWS), { seen: 3, problems: [] })
})

t.test('a wrong, missing or surplus row is found', async (t) => {
  t.match(check(t, [ROWS[0].replace('pure', ''), ...ROWS.slice(1)]).problems, [/packages\/core/])
  t.match(check(t, [ROWS[0], ROWS[2]]).problems, [/packages\/node/])
  t.match(check(t, [...ROWS, '| `apps/old` | nothing | |']).problems, [/apps\/old/])
  t.equal(check(t, []).seen, 0)
})
