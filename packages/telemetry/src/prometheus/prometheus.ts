import { checkKnownOptions, InvalidOptionError } from '@headgate/core'
import { checkName } from '../read/check-name.ts'
import { type Observed, sourceOf } from '../read/source.ts'
import { PrometheusFeed } from './prometheus-feed.ts'
import { type PrometheusRegistry, RegistryBook } from './registry-book.ts'

export type { Observed, PrometheusRegistry }

export interface PrometheusOptions {
  /** A registry of prom-client, such as its `register`. */
  readonly registry: PrometheusRegistry
  /**
   * Tells several admissions or clients in one registry apart: the label `name` of their metrics. 1 to 64
   * characters. Default `default`.
   */
  readonly name?: string | undefined
}

/** What was begun, to be ended. */
export interface Telemetry {
  /** Tells no more, and takes its metrics out of the registry. Idempotent. */
  stop(): void
}

/**
 * Puts the metrics of an admission, a client or a singleflight into a registry of prom-client. Values are
 * read when the registry is scraped; a request costs two additions to a histogram of ours, and no work of prom-client.
 *
 * @throws {InvalidOptionError} when the registry has a metric of one of our names already, or this `name`;
 *   nothing is registered then.
 */
export function prometheus(observed: Observed, options: PrometheusOptions): Telemetry {
  checkKnownOptions('options', options, ['registry', 'name'])
  const { registry, name = 'default' } = options
  checkName(name)
  if (typeof registry?.registerMetric !== 'function') {
    throw new InvalidOptionError('registry', 'a Registry of prom-client', registry)
  }
  const source = sourceOf(observed)
  const book = RegistryBook.of(registry)
  book.check(source.kind, name)
  const feed = new PrometheusFeed(source, name)
  book.add(feed)
  return {
    stop: () => {
      feed.stop()
      book.remove(feed)
    },
  }
}
