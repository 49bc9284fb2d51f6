/** Pools are options, so their names are few; more than this are made by a loop, and not told apart. */
const MAX_NAMES = 1_000

const names = new Set<string>()

/** A gate that leaves admission to its routes was made: what they may name. */
export function rememberPools(poolNames: readonly string[]): void {
  for (const name of poolNames) if (names.size < MAX_NAMES) names.add(name)
}

/** The pools that a route may name, or `undefined` where no gate has been made yet, and any name passes. */
export function knownPools(): readonly string[] | undefined {
  return names.size === 0 || names.size >= MAX_NAMES ? undefined : [...names]
}
