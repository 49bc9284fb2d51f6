import type { AdmissionRequest, DecisionInputs, Passage, Rejection } from '@headgate/core'
import type { AdmissionMode } from '../admission/runtime-options.ts'
import { describeDecision } from './describe-decision.ts'
import type { DecisionAnswer, ExplainedDecision } from './explained-decision.ts'

/** What is known of a request by its id. Plain JSON. */
export interface Explanation {
  readonly requestId: string
  /** Oldest first; none when the id was never seen, or too many decisions ago. */
  readonly decisions: readonly ExplainedDecision[]
  readonly text: string
}

/** What was said to a request so far, wherever it is by now. */
interface Told {
  readonly answer: DecisionAnswer
  readonly waitedMs: number
}

export interface NotedDecision {
  /** With the trace that it belongs to, if it has another name as well. */
  readonly request: AdmissionRequest & { readonly traceId?: string | undefined }
  readonly inputs: DecisionInputs
  readonly mode: AdmissionMode
  readonly decision: Passage | Rejection
}

interface Entry extends NotedDecision {
  readonly requestId: string
  readonly atMs: number
}

const MAX_ID_CHARS = 128

/** The last decisions about requests that had an id, in a ring: the newest takes the place of the oldest. */
export class DecisionLog {
  readonly #nowMs: () => number
  readonly #wouldOf: (passage: Passage) => { would: DecisionAnswer; waitedMs: number } | undefined
  #entries: Entry[] = []
  #maxEntries = 0
  #next = 0
  #unknown = 0

  /**
   * @param nowMs since the epoch
   * @param wouldOf what would have been said to one that runs in shadow
   */
  constructor(
    nowMs: () => number,
    wouldOf: (passage: Passage) => { would: DecisionAnswer; waitedMs: number } | undefined,
  ) {
    this.#nowMs = nowMs
    this.#wouldOf = wouldOf
  }

  get isOn(): boolean {
    return this.#maxEntries > 0
  }

  /** How many decisions are remembered now. */
  get size(): number {
    return this.#entries.length
  }

  /** Ids that were asked for and not found. */
  get unknown(): number {
    return this.#unknown
  }

  /** How many decisions to remember; what is remembered already stays, as far as it fits. */
  resize(maxEntries: number): void {
    if (maxEntries === this.#maxEntries) return
    const oldestFirst = this.#oldestFirst()
    this.#maxEntries = maxEntries
    this.#entries = maxEntries === 0 ? [] : oldestFirst.slice(-maxEntries)
    this.#next = this.#entries.length % Math.max(1, maxEntries)
  }

  note(noted: NotedDecision): void {
    const { id } = noted.request
    if (!this.isOn || typeof id !== 'string') return
    const requestId = id.slice(0, MAX_ID_CHARS)
    this.#entries[this.#next] = { ...noted, requestId, atMs: this.#nowMs() }
    this.#next = (this.#next + 1) % this.#maxEntries
  }

  /** Never throws: an id that is not known is told as such, and counted. */
  explain(id: unknown): Explanation {
    const requestId = String(id).slice(0, MAX_ID_CHARS)
    if (!this.isOn) {
      const text = 'Decisions are not remembered: set `explain` to how many shall be.'
      return { requestId, decisions: [], text }
    }
    const found = this.#oldestFirst().filter(
      (entry) => entry.requestId === requestId || entry.request.traceId === requestId,
    )
    const decisions = found.map((entry) => this.#tell(entry))
    if (decisions.length === 0) {
      this.#unknown += 1
      const text = `No decision about ${requestId} among the last ${this.size}, of at most ${this.#maxEntries}.`
      return { requestId, decisions, text }
    }
    return { requestId, decisions, text: decisions.map(({ text }) => text).join('\n') }
  }

  #oldestFirst(): Entry[] {
    return [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)]
  }

  #tell({ requestId, atMs, mode, inputs, decision }: Entry): ExplainedDecision {
    const { answer, waitedMs } = this.#toldOf(decision)
    const retryAfterMs = decision.admitted ? 0 : decision.retryAfterMs
    const told = { ...inputs, requestId, atMs, mode, answer, waitedMs, retryAfterMs }
    return { ...told, text: describeDecision(told) }
  }

  #toldOf(decision: Passage | Rejection): Told {
    if (!decision.admitted) return { answer: decision.reason, waitedMs: 0 }
    const would = this.#wouldOf(decision)
    if (would !== undefined) return { answer: would.would, waitedMs: would.waitedMs }
    const { state, leftFor, waitedMs } = decision
    if (state === 'queued') return { answer: 'waiting', waitedMs }
    return { answer: leftFor ?? 'admitted', waitedMs }
  }
}
