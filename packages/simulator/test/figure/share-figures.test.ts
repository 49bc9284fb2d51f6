import t from 'tap'
import { SHARE_FIGURES } from '../../src/figure/share-figures.ts'
import { checkFigures } from './check-figures.ts'

// The unit of random work moves with each request: shares by weight are off by up to 0.6 % (issue 3).
checkFigures(
  t,
  SHARE_FIGURES,
  [1, 2, 4, 8].map((weight) => `weights: random work, weight ${weight}`),
)
