import t from 'tap'
import { splitWords } from '../../src/shop/catalogue.ts'

t.test('keeps the words that tell something', async (t) => {
  t.same(splitWords('Small OAK table, with drawers for the cellar!'), [
    'small',
    'oak',
    'table',
    'drawers',
    'cellar',
  ])
  t.same(splitWords(' ?! '), [])
})
