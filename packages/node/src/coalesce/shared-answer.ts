import type { OutgoingHttpHeader } from 'node:http'

/** An answer as others get it: its head, and where it is whole, its body. Nobody changes either. */
export interface SharedAnswer {
  readonly statusCode: number
  readonly statusMessage: string | undefined
  readonly headers: Readonly<Record<string, OutgoingHttpHeader>>
  /** When its head was made. */
  readonly madeMs: number
}

/** An answer that is kept. */
export interface StoredAnswer extends SharedAnswer {
  readonly body: Buffer
  readonly freshUntilMs: number
  /** Until then it is served while another is fetched. */
  readonly staleUntilMs: number
  /** Until then it stands in for a refusal or an error. At least `staleUntilMs`. */
  readonly bridgeUntilMs: number
}

export type AnswerState = 'fresh' | 'stale' | 'bridge' | 'dead'

export function stateOf(answer: StoredAnswer, nowMs: number): AnswerState {
  if (nowMs < answer.freshUntilMs) return 'fresh'
  if (nowMs < answer.staleUntilMs) return 'stale'
  return nowMs < answer.bridgeUntilMs ? 'bridge' : 'dead'
}
