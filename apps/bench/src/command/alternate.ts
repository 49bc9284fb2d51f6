/**
 * The order of one round: each round starts with another, so that a machine that grows slower or a neighbour that
 * wakes up does not always meet the same contestant.
 */
export function alternate<Item>(items: readonly Item[], round: number): readonly Item[] {
  const first = items.length === 0 ? 0 : round % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}
