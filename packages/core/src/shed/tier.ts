/** Order of importance of a request. The default is `important`. */
export type Tier = 'critical' | 'important' | 'optional' | 'opportunistic'

/** The tiers, most important first: a tier's index is its rank. */
export const TIERS: readonly Tier[] = Object.freeze([
  'critical',
  'important',
  'optional',
  'opportunistic',
] as const)
