import { checkInteger } from '../option/check-option.ts'
import type { Limit } from './limit.ts'
import type { Sample } from './sample.ts'

/** A limit that never moves: for a capacity known beforehand. Explained in docs/algorithms/fixed.md. */
export class FixedLimit implements Limit {
  readonly current: number

  /**
   * @param limit Integer, at least 1.
   * @throws {InvalidOptionError} when it is anything else.
   */
  constructor(limit: number) {
    checkInteger('limit', limit, { min: 1, max: Number.MAX_SAFE_INTEGER })
    this.current = limit
  }

  /** Learns nothing. */
  onSample(_sample: Sample): void {}

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return { algorithm: 'fixed', limit: this.current }
  }
}
