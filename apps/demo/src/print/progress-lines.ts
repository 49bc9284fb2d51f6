import type { LoadProgress } from '@headgate/loadgen'
import { formatCount } from './format-number.ts'

/** A line each second second, of what happened since the line before. Plain lines suit a terminal and a pipe. */
export class ProgressLines {
  static readonly #EVERY_MS = 2000

  readonly #print: (line: string) => void
  #last: LoadProgress | undefined

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  onProgress(progress: LoadProgress): void {
    const isNewRun = this.#last !== undefined && progress.elapsedMs < this.#last.elapsedMs
    if (isNewRun) this.#last = undefined
    const sinceMs = progress.elapsedMs - (this.#last?.elapsedMs ?? 0)
    const isEnd = progress.elapsedMs >= progress.totalMs
    if (sinceMs < ProgressLines.#EVERY_MS - 100 && !isEnd) return
    const rate = (count: 'offered' | 'served' | 'rejected' | 'failed'): string => {
      const perSecond = ((progress[count] - (this.#last?.[count] ?? 0)) * 1000) / sinceMs
      return `${formatCount(Math.max(0, perSecond))}/s`.padStart(8)
    }
    this.#print(
      `${formatCount(progress.elapsedMs / 1000).padStart(5)} s  ${progress.phase.padEnd(9)}` +
        `offered${rate('offered')}   in time${rate('served')}` +
        `   rejected${rate('rejected')}   no answer${rate('failed')}`,
    )
    this.#last = progress
  }
}
