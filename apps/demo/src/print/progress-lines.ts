import type { LoadProgress } from '@headgate/loadgen'
import { formatCount } from './format-number.ts'

/** How long before each second line: reports come each half second, and a little late. */
const EVERY_MS = 1900

/** A line each two seconds, of what happened since the line before. Plain lines suit a terminal and a pipe. */
export class ProgressLines {
  readonly #print: (line: string) => void
  #last: LoadProgress | undefined
  /** The phase in which the next line's time began. */
  #phase: string | undefined

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  onProgress(progress: LoadProgress): void {
    if (this.#last !== undefined && progress.elapsedMs < this.#last.elapsedMs) this.#startRun()
    this.#phase ??= progress.phase
    if (progress.elapsedMs - (this.#last?.elapsedMs ?? 0) < EVERY_MS) return
    this.#print(formatProgress(progress, this.#last, this.#phase))
    this.#last = progress
    this.#phase = progress.phase
  }

  #startRun(): void {
    this.#last = undefined
    this.#phase = undefined
  }
}

function formatProgress(now: LoadProgress, last: LoadProgress | undefined, phase: string): string {
  const seconds = (now.elapsedMs - (last?.elapsedMs ?? 0)) / 1000
  const rate = (count: 'offered' | 'served' | 'rejected' | 'failed'): string =>
    `${formatCount((now[count] - (last?.[count] ?? 0)) / seconds)}/s`.padStart(8)
  return (
    `${formatCount(now.elapsedMs / 1000).padStart(5)} s  ${phase.padEnd(8)}` +
    `   offered${rate('offered')}   in time${rate('served')}` +
    `   rejected${rate('rejected')}   no answer${rate('failed')}`
  )
}
