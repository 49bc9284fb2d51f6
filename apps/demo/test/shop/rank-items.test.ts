import t from 'tap'
import { type CatalogueItem, splitWords } from '../../src/shop/catalogue.ts'
import { rankItems } from '../../src/shop/rank-items.ts'

const items: CatalogueItem[] = [
  'small oak table',
  'large oak chair',
  'copper kettle',
  'tall lantern',
  'round oak table',
].map((name, index) => ({
  id: index + 1,
  name,
  department: 'all',
  priceCents: 100,
  words: splitWords(name),
}))

const rank = (query: string, count = 10) =>
  rankItems(items, splitWords(query), count).map(({ item }) => item.id)

t.test('puts first what has most of the words, then the older product', async (t) => {
  t.same(rank('oak table'), [1, 5, 2])
  t.same(rank('round oak table'), [5, 1, 2])
})

t.test('finds beginnings, and forgives a slip', async (t) => {
  t.same(rank('lant'), [4])
  t.same(rank('kettel'), [3])
})

t.test('finds nothing where nothing is near', async (t) => {
  t.same(rank('xylophone'), [])
  t.same(rank(''), [])
  t.same(rank('x'), [], 'a word without pairs')
})

t.test('returns no more than asked for', async (t) => {
  t.same(rank('oak', 2), [1, 2])
})
