import type { LoadBin } from './load-report.ts'

const BIN_MS = 100

type BinCount = 'offered' | 'served' | 'rejected' | 'failed'

/** Counts per 100 ms of intended start, so that a bin tells what became of the requests of that moment. */
export class LoadSeries {
  readonly #bins: {
    startMs: number
    offered: number
    served: number
    rejected: number
    failed: number
  }[] = []
  readonly total: Record<BinCount, number> = { offered: 0, served: 0, rejected: 0, failed: 0 }

  constructor(totalMs: number) {
    for (let startMs = 0; startMs < totalMs; startMs += BIN_MS) {
      this.#bins.push({ startMs, offered: 0, served: 0, rejected: 0, failed: 0 })
    }
  }

  increment(atMs: number, name: BinCount): void {
    this.total[name] += 1
    const bin = this.#bins[Math.floor(atMs / BIN_MS)]
    if (bin !== undefined) bin[name] += 1
  }

  bins(): readonly LoadBin[] {
    return this.#bins
  }
}
