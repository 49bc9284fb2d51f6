/** The stock service could not say. The front service answers 503, with this time if there is one. */
export interface StockRefusal {
  /** Of the answer, if there was one. */
  readonly status: number | undefined
  readonly why: string
  readonly retryAfterMs: number | undefined
}

export type StockAnswer = { readonly left: number } | StockRefusal

/** How the front service asks the stock service. */
export interface StockCaller {
  /** Never rejects. */
  ask(id: string): Promise<StockAnswer>
  close(): Promise<void>
}

/** An attempt that takes longer is given up, by either caller. */
export const ATTEMPT_MS = 500

export function isRefusal(answer: StockAnswer): answer is StockRefusal {
  return 'why' in answer
}
