import type { LoadBin } from '@headgate/loadgen'

/** When an alert is to fire: once the share of refused requests is above `threshold` in every window. */
export interface AlertCondition {
  readonly windowsSeconds: readonly number[]
  readonly threshold: number
  /** How long it must be so. */
  readonly forSeconds: number
}

/** From the start of the load; undefined: never. */
export interface AlertTimes {
  readonly firesMs: number | undefined
  readonly endsMs: number | undefined
}

/**
 * When an alert must fire and end, by what the clients saw: an account of its own, in which neither the
 * service's counters nor Prometheus have a part.
 */
export function forecastAlert(bins: readonly LoadBin[], condition: AlertCondition): AlertTimes {
  const holds = heldAt(bins, condition)
  const forMs = condition.forSeconds * 1_000
  let sinceMs: number | undefined
  for (const [index, isSo] of holds.entries()) {
    const nowMs = endOf(bins, index)
    if (!isSo) {
      sinceMs = undefined
      continue
    }
    sinceMs ??= nowMs
    if (nowMs - sinceMs < forMs) continue
    const end = holds.indexOf(false, index)
    return { firesMs: nowMs, endsMs: end === -1 ? undefined : endOf(bins, end) }
  }
  return { firesMs: undefined, endsMs: undefined }
}

/** Whether the share is above the threshold in each window that ends with a bin. */
function heldAt(
  bins: readonly LoadBin[],
  { windowsSeconds, threshold }: AlertCondition,
): readonly boolean[] {
  const windows = windowsSeconds.map((seconds) => new BinWindow(bins, seconds * 1_000))
  return bins.map((_, index) => {
    const ratios = windows.map((window) => window.rejectedRatioAt(index))
    return ratios.every((ratio) => ratio > threshold)
  })
}

/** The last bins that fit into a window; it only goes forward. */
class BinWindow {
  readonly #bins: readonly LoadBin[]
  readonly #widthMs: number
  #first = 0
  #offered = 0
  #rejected = 0

  constructor(bins: readonly LoadBin[], widthMs: number) {
    this.#bins = bins
    this.#widthMs = widthMs
  }

  rejectedRatioAt(index: number): number {
    this.#count(index, 1)
    const fromMs = endOf(this.#bins, index) - this.#widthMs
    while ((this.#bins[this.#first] as LoadBin).startMs < fromMs) {
      this.#count(this.#first, -1)
      this.#first += 1
    }
    return this.#offered === 0 ? 0 : this.#rejected / this.#offered
  }

  #count(index: number, sign: 1 | -1): void {
    const { offered, rejected } = this.#bins[index] as LoadBin
    this.#offered += sign * offered
    this.#rejected += sign * rejected
  }
}

/** The last bin is as long as the one before it. */
function endOf(bins: readonly LoadBin[], index: number): number {
  const { startMs } = bins[index] as LoadBin
  const next = bins[index + 1]?.startMs
  return next ?? startMs + (startMs - (bins[index - 1]?.startMs ?? startMs - 100))
}
