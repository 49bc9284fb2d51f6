import t from 'tap'
import { SHARE_FIGURES } from '../../src/figure/share-figures.ts'
import { checkFigures } from './check-figures.ts'

// Random work is charged in units that are biased towards those who are slow (issue 3).
checkFigures(t, SHARE_FIGURES, [
  ...[1, 2, 4, 8].map((weight) => `weights: random work, weight ${weight}`),
  'slow tenant: share of the slow, no cap',
])
