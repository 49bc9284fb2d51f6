import { type Reading, Readings } from './reading.ts'

/** What a singleflight shows, and a cached one: counts of its own, and those of its flights under `flights`. */
export type SingleflightState = Readonly<Record<string, unknown>>

/** A singleflight, by what is needed of it; told apart by `flights` in its snapshot. */
export interface ObservedSingleflight {
  snapshot(): object
}

const HELD = new Set(['entries', 'bytes'])

export function readSingleflight(snapshot: object): readonly Reading[] {
  const readings = new Readings()
  const state = snapshot as SingleflightState
  const { flights, ...own } = state
  const inner = typeof flights === 'object' && flights !== null ? flights : { flights }
  const { flights: running, ...counts } = inner as SingleflightState
  readings.add('singleflight_flights', Number(running))
  for (const [what, count] of Object.entries({ ...counts, ...own })) {
    if (typeof count !== 'number') continue
    readings.add(HELD.has(what) ? 'singleflight_cache' : 'singleflight_total', count, { what })
  }
  return readings.all
}
