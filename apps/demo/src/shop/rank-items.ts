import type { CatalogueItem } from './catalogue.ts'

export interface RankedItem {
  readonly item: CatalogueItem
  /** Above 0; larger is nearer to the words. */
  readonly score: number
}

/**
 * The items nearest to the words, best first. It looks at every word of every item, as a shop's first search
 * does: some milliseconds in which the thread does nothing else.
 */
export function rankItems(
  items: readonly CatalogueItem[],
  words: readonly string[],
  count: number,
): RankedItem[] {
  const wanted = words.map((word) => ({ word, pairs: letterPairs(word) }))
  return items
    .map((item) => ({ item, score: scoreItem(item, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.item.id - b.item.id)
    .slice(0, count)
}

interface WantedWord {
  readonly word: string
  readonly pairs: readonly string[]
}

function letterPairs(word: string): string[] {
  return Array.from({ length: word.length - 1 }, (_, index) => word.slice(index, index + 2))
}

function scoreItem(item: CatalogueItem, wanted: readonly WantedWord[]): number {
  let score = 0
  for (const each of wanted) {
    let best = 0
    for (const word of item.words) best = Math.max(best, similarity(each, word))
    score += best
  }
  return score
}

/** From 0 to 1: equal, a beginning, or a share of the pairs of letters, which forgives a slip of the finger. */
function similarity({ word, pairs }: WantedWord, candidate: string): number {
  if (word === candidate) return 1
  if (candidate.startsWith(word)) return 0.8
  let shared = 0
  for (const pair of pairs) if (candidate.includes(pair)) shared += 1
  const ratio = shared / Math.max(word.length, candidate.length)
  return ratio > 0.4 ? ratio * 0.7 : 0
}
