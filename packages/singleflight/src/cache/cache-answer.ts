/** `hit`: fresh; `stale`: past its TTL; `miss`: loaded for this call; `collapsed`: loaded for another one. */
export type CacheSource = 'hit' | 'stale' | 'miss' | 'collapsed'

/** A value, and where it came from. */
export interface CacheAnswer<Value> {
  readonly value: Value
  readonly source: CacheSource
  /** Since the end of the load that gave the value, in ms. */
  readonly ageMs: number
  /** What is left of its TTL, in ms; negative when it is stale. */
  readonly freshForMs: number
  /** What the last load threw, when a stale value stands in for it. */
  readonly error?: unknown
}
