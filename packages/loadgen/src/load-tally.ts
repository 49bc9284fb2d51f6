import type { Arrival } from './arrival-schedule.ts'
import { LatencyRecord } from './latency-record.ts'
import type { ResolvedLoadOptions } from './load-options.ts'
import type { LoadOutcomes, LoadPhaseReport, LoadProgress, LoadReport } from './load-report.ts'
import { LoadSeries } from './load-series.ts'
import { OutcomeTally } from './outcome-tally.ts'
import type { ResponseParser } from './response-parser.ts'

/** What a request counts for. */
export interface TallyPlace {
  readonly arrival: Arrival
  readonly request: { readonly targetIndex: number }
}

/** Counts of one phase. */
interface PhaseTally {
  readonly startMs: number
  readonly lag: LatencyRecord
  readonly targets: readonly OutcomeTally[]
}

/** All counts of a run, by phase, target and moment. */
export class LoadTally {
  readonly totalMs: number
  readonly #options: ResolvedLoadOptions
  readonly #phases: readonly PhaseTally[]
  readonly #series: LoadSeries

  constructor(options: ResolvedLoadOptions) {
    this.#options = options
    let startMs = 0
    this.#phases = options.phases.map(({ durationMs }) => {
      const targets = options.targets.map(() => new OutcomeTally())
      const phase = { startMs, lag: new LatencyRecord(), targets }
      startMs += durationMs
      return phase
    })
    this.totalMs = startMs
    this.#series = new LoadSeries(startMs)
  }

  onOffered(place: TallyPlace, lagMs: number): void {
    const phase = this.#phases[place.arrival.phaseIndex] as PhaseTally
    phase.lag.record(lagMs)
    this.#outcome(place).onOffered()
    this.#series.increment(place.arrival.atMs, 'offered')
  }

  onSent(place: TallyPlace): void {
    this.#outcome(place).onSent()
  }

  onAnswer(place: TallyPlace, response: ResponseParser, latencyMs: number): void {
    const kind = this.#outcome(place).onAnswer(response, latencyMs)
    this.#series.increment(place.arrival.atMs, kind === 'error' ? 'failed' : kind)
  }

  onLate(place: TallyPlace): void {
    this.#outcome(place).onLate()
    this.#series.increment(place.arrival.atMs, 'failed')
  }

  onUnsent(place: TallyPlace): void {
    this.#outcome(place).onUnsent()
    this.#series.increment(place.arrival.atMs, 'failed')
  }

  onError(place: TallyPlace, code: string): void {
    this.#outcome(place).onError(code)
    this.#series.increment(place.arrival.atMs, 'failed')
  }

  progress(elapsedMs: number, inFlight: number): LoadProgress {
    const index = this.#phases.findLastIndex(({ startMs }) => startMs <= elapsedMs)
    const phase = this.#options.phases[index]?.name ?? ''
    return { elapsedMs, totalMs: this.totalMs, phase, ...this.#series.total, inFlight }
  }

  report(startedAtEpochMs: number, connectFailures: number): LoadReport {
    const { url, seed, connections, timeoutMs } = this.#options
    const phases = this.#options.phases.map((_, index) => this.#phaseReport(index))
    const invalidReasons = phases.flatMap(({ invalidReason }) => invalidReason ?? [])
    return {
      url: url.origin,
      seed,
      connections,
      timeoutMs,
      startedAtEpochMs,
      phases,
      series: this.#series.bins(),
      connectFailures,
      valid: invalidReasons.length === 0,
      invalidReasons,
    }
  }

  #phaseReport(index: number): LoadPhaseReport {
    const phase = this.#options.phases[index] as ResolvedLoadOptions['phases'][number]
    const tally = this.#phases[index] as PhaseTally
    const total = new OutcomeTally()
    const targets: Record<string, LoadOutcomes> = {}
    this.#options.targets.forEach(({ name }, targetIndex) => {
      const target = tally.targets[targetIndex] as OutcomeTally
      total.add(target)
      targets[name] = target.outcomes(phase.durationMs)
    })
    const lag = tally.lag.summary()
    const { maxLagMs } = this.#options
    const valid = (lag.p99Ms ?? 0) <= maxLagMs
    return {
      ...phase,
      startMs: tally.startMs,
      total: total.outcomes(phase.durationMs),
      targets,
      lag,
      valid,
      ...(!valid && {
        invalidReason: `${phase.name}: the generator's p99 lag of ${lag.p99Ms} ms is above ${maxLagMs} ms`,
      }),
    }
  }

  #outcome({ arrival, request }: TallyPlace): OutcomeTally {
    const phase = this.#phases[arrival.phaseIndex] as PhaseTally
    return phase.targets[request.targetIndex] as OutcomeTally
  }
}
