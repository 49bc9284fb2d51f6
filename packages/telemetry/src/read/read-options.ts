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

/** What single routes say; the admission bounds how many are told. */
export function readRouteOptions(
  readings: Readings,
  routes: Readonly<Record<string, PlainOptions>> = {},
): void {
  for (const [route, options] of Object.entries(routes)) {
    for (const [option, value] of Object.entries(options)) {
      if (typeof value === 'string') readings.add('route_option_info', 1, { route, option, value })
      else readings.add('route_option', value, { route, option })
    }
  }
}
