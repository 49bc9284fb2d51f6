import { CounterMap } from './counter-map.ts'
import { LatencyRecord } from './latency-record.ts'
import type { LoadOutcomes } from './load-report.ts'
import type { ResponseParser } from './response-parser.ts'

/** How an answer that came in time counts. */
export type AnswerKind = 'served' | 'rejected' | 'error'

interface OutcomeCounts {
  offered: number
  sent: number
  served: number
  rejected: number
  late: number
  unsent: number
  errors: number
}

/** Counts how requests ended. */
export class OutcomeTally {
  readonly #served = new LatencyRecord()
  readonly #rejected = new LatencyRecord()
  readonly #statuses = new CounterMap()
  readonly #reasons = new CounterMap()
  readonly #codes = new CounterMap()
  readonly #headerValues = new CounterMap()
  readonly #counts: OutcomeCounts = {
    offered: 0,
    sent: 0,
    served: 0,
    rejected: 0,
    late: 0,
    unsent: 0,
    errors: 0,
  }
  #minRetryAfterS = Number.POSITIVE_INFINITY
  #maxRetryAfterS = Number.NEGATIVE_INFINITY

  onOffered(): void {
    this.#counts.offered += 1
  }

  onSent(): void {
    this.#counts.sent += 1
  }

  onLate(): void {
    this.#counts.late += 1
  }

  onUnsent(): void {
    this.#counts.unsent += 1
  }

  onError(code: string): void {
    this.#counts.errors += 1
    this.#codes.increment(code)
  }

  onAnswer(response: ResponseParser, latencyMs: number): AnswerKind {
    const { status } = response
    if (status < 300) {
      this.#counts.served += 1
      this.#served.record(latencyMs)
      const value = response.countedHeader
      if (value !== undefined) this.#headerValues.increment(value)
      return 'served'
    }
    if (status !== 429 && status !== 503) {
      this.onError(`status-${status}`)
      return 'error'
    }
    this.#onRejected(response, latencyMs)
    return 'rejected'
  }

  #onRejected(response: ResponseParser, latencyMs: number): void {
    this.#counts.rejected += 1
    this.#rejected.record(latencyMs)
    this.#statuses.increment(String(response.status))
    this.#reasons.increment(response.reason ?? 'unknown')
    const { retryAfterS } = response
    if (retryAfterS === undefined) return
    this.#minRetryAfterS = Math.min(this.#minRetryAfterS, retryAfterS)
    this.#maxRetryAfterS = Math.max(this.#maxRetryAfterS, retryAfterS)
  }

  add(other: OutcomeTally): void {
    for (const [name, count] of Object.entries(other.#counts)) {
      this.#counts[name as keyof OutcomeCounts] += count
    }
    this.#served.add(other.#served)
    this.#rejected.add(other.#rejected)
    this.#statuses.add(other.#statuses)
    this.#reasons.add(other.#reasons)
    this.#codes.add(other.#codes)
    this.#headerValues.add(other.#headerValues)
    this.#minRetryAfterS = Math.min(this.#minRetryAfterS, other.#minRetryAfterS)
    this.#maxRetryAfterS = Math.max(this.#maxRetryAfterS, other.#maxRetryAfterS)
  }

  outcomes(durationMs: number): LoadOutcomes {
    const hasRetryAfter = this.#minRetryAfterS <= this.#maxRetryAfterS
    return {
      ...this.#counts,
      rejectedByStatus: this.#statuses.toJSON(),
      rejectedByReason: this.#reasons.toJSON(),
      errorsByCode: this.#codes.toJSON(),
      headerValues: this.#headerValues.toJSON(),
      ...(hasRetryAfter && {
        retryAfterS: { min: this.#minRetryAfterS, max: this.#maxRetryAfterS },
      }),
      servedMs: this.#served.summary(),
      rejectedMs: this.#rejected.summary(),
      goodputPerSecond: (this.#counts.served * 1000) / durationMs,
    }
  }
}
