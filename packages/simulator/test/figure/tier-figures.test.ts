import t from 'tap'
import { TIER_FIGURES } from '../../src/figure/tier-figures.ts'
import { checkFigures } from './check-figures.ts'

checkFigures(t, TIER_FIGURES)
