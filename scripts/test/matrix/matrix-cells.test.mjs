import { join } from 'node:path'
import t from 'tap'
import { readCells, withCell, writeCells } from '../../matrix/matrix-cells.mjs'

t.test(
  'a newer cell takes the place of an older one of the same package and version',
  async (t) => {
    const cell = (version, folder, passed) => ({ version, folder, passed })
    const cells = [cell('v22', 'a', 1), cell('v24', 'a', 2), cell('v22', 'b', 3)]
    t.strictSame(withCell(cells, cell('v22', 'a', 4)), [cells[1], cells[2], cell('v22', 'a', 4)])
  },
)

t.test('what is written is read again, and nothing where there is nothing', async (t) => {
  const file = join(t.testdir({}), 'cells.json')
  t.strictSame(readCells(file), [])
  writeCells(file, [{ version: 'v22' }])
  t.strictSame(readCells(file), [{ version: 'v22' }])
})
