import type { Rejection } from '@headgate/core'
import t from 'tap'
import { Forced } from '../../src/admission/forced.ts'

const FULL: Rejection = { admitted: false, reason: 'full', retryAfterMs: 0 }

t.test('of each, the one set last counts, and ending an older one does not end it', async (t) => {
  const forced = new Forced()
  t.same([forced.rejection, forced.pressure], [undefined, undefined])
  const [endFull, endLow] = [forced.reject(FULL), forced.press(0.5)]
  const shed: Rejection = { ...FULL, reason: 'shed' }
  const [endShed, endSame] = [forced.reject(shed), forced.press(0.5)]
  endFull()
  endLow()
  t.same([forced.rejection, forced.pressure], [shed, 0.5])
  endShed()
  endSame()
  t.same([forced.rejection, forced.pressure], [undefined, undefined])
})
