import t from 'tap'
import { LOOP_FIGURES } from '../../src/figure/loop-figures.ts'
import { checkFigures } from './check-figures.ts'

// Half of those 100 ms is one dear job, and the other half the cheap ones that came meanwhile: 98 to 103.
checkFigures(t, LOOP_FIGURES, ['one loop, mixed work: p99 of the wait of the cheap, ms'])
