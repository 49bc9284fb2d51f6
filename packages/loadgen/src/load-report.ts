/** Quantiles in milliseconds, of the requests that ended this way; undefined when none did. */
export interface LatencySummary {
  readonly count: number
  readonly p50Ms?: number
  readonly p90Ms?: number
  readonly p99Ms?: number
  readonly maxMs?: number
}

/** How the requests of one phase, or of one target in it, ended. */
export interface LoadOutcomes {
  /** Meant to leave. */
  readonly offered: number
  /** Left: the others found no free connection within the patience. */
  readonly sent: number
  /** Answered 2xx within the patience. */
  readonly served: number
  /** 429 or 503 within the patience. */
  readonly rejected: number
  /** Sent, not answered within the patience. */
  readonly late: number
  readonly unsent: number
  /** Any other end. */
  readonly errors: number
  readonly rejectedByStatus: Readonly<Record<string, number>>
  /** By `reason` of a problem+json body, else `unknown`. */
  readonly rejectedByReason: Readonly<Record<string, number>>
  readonly errorsByCode: Readonly<Record<string, number>>
  /** Values of the header named `countHeader`, over served requests. */
  readonly headerValues: Readonly<Record<string, number>>
  readonly retryAfterS?: { readonly min: number; readonly max: number }
  /** From the intended start to the end of the answer. */
  readonly servedMs: LatencySummary
  readonly rejectedMs: LatencySummary
  readonly goodputPerSecond: number
}

export interface LoadPhaseReport {
  readonly name: string
  /** From the start of the run. */
  readonly startMs: number
  readonly durationMs: number
  readonly ratePerSecond: number
  readonly total: LoadOutcomes
  readonly targets: Readonly<Record<string, LoadOutcomes>>
  /** How late the generator itself handled the arrivals. */
  readonly lag: LatencySummary
  readonly valid: boolean
  readonly invalidReason?: string
}

/** 100 ms of arrivals, by how they ended. `failed`: late, unsent and errors. */
export interface LoadBin {
  readonly startMs: number
  readonly offered: number
  readonly served: number
  readonly rejected: number
  readonly failed: number
}

export interface LoadReport {
  readonly url: string
  readonly seed: number
  readonly connections: number
  readonly timeoutMs: number
  /** When the first phase began, in milliseconds since 1970: what other processes measured can be set beside it. */
  readonly startedAtEpochMs: number
  readonly phases: readonly LoadPhaseReport[]
  readonly series: readonly LoadBin[]
  /** Attempts to connect that failed. */
  readonly connectFailures: number
  /** False when the generator was too late in some phase: its figures are then not the server's. */
  readonly valid: boolean
  readonly invalidReasons: readonly string[]
}

/** Counts so far. */
export interface LoadProgress {
  readonly elapsedMs: number
  readonly totalMs: number
  /** Name of the phase under way. */
  readonly phase: string
  readonly offered: number
  readonly served: number
  readonly rejected: number
  readonly failed: number
  readonly inFlight: number
}
