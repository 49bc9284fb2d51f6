/** One query of a panel. */
export interface Query {
  readonly expr: string
  readonly legend: string
}

/** One panel: a title in the words of somebody who is looking for a cause. */
export interface Panel {
  readonly title: string
  readonly unit: 'reqps' | 's' | 'short' | 'percentunit' | 'bytes'
  readonly queries: readonly Query[]
}

const WHOSE = 'job=~"$job",name=~"$name"'

/** A selector of one metric, of what is chosen at the top of the page. */
export function of(metric: string, labels = ''): string {
  return `${metric}{${WHOSE}${labels === '' ? '' : `,${labels}`}}`
}

/** A rate over the interval that suits the zoom. */
export function rate(metric: string, labels = ''): string {
  return `rate(${of(metric, labels)}[$__rate_interval])`
}
