import type { Figure } from './figure.ts'
import { ISOLATION_FIGURES } from './isolation-figures.ts'
import { LOOP_FIGURES } from './loop-figures.ts'
import { OVERLOAD_FIGURES } from './overload-figures.ts'
import { SHARE_FIGURES } from './share-figures.ts'
import { TIER_FIGURES } from './tier-figures.ts'

/** All rows of the table. */
export const FIGURES: readonly Figure[] = [
  ...SHARE_FIGURES,
  ...ISOLATION_FIGURES,
  ...TIER_FIGURES,
  ...OVERLOAD_FIGURES,
  ...LOOP_FIGURES,
]
