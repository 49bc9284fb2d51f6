import type { PlainOptions } from '@headgate/core'
import type { Readings } from './reading.ts'

/** More than any admission or client has. */
const MAX_OPTIONS = 1_000

/** Every option: a gauge for what is a number or a switch, and an info metric for a word. */
export function readOptions(readings: Readings, prefix: string, options: PlainOptions = {}): void {
  for (const [option, value] of Object.entries(options).slice(0, MAX_OPTIONS)) {
    if (typeof value === 'string') readings.add(`${prefix}option_info`, 1, { option, value })
    else readings.add(`${prefix}option`, value, { option })
  }
}
