/** What the model knows of a group: a tenant, a route, the anonymous. */
export interface ModelGroup {
  readonly name: string
  readonly isTenant: boolean
  weight: number
  /** Of which setting of the weights it is. */
  edition: number
}

/** What it knows of one request. */
export interface ModelRequest {
  readonly id: number
  readonly flow: ModelFlow
  readonly cost: number
  readonly enqueuedMs: number
  readonly expiresAtMs: number
  startedMs: number
  /** What its flow was charged for it. */
  units: number
}

/** What it knows of a flow: the requests of one group in one tier. */
export interface ModelFlow {
  readonly group: ModelGroup
  readonly rank: number
  /** As it was when it last came in turn. */
  weight: number
  start: number
  slotMs: number
  /** Where it stands in the order of turns; undefined when nothing of it waits in turn. */
  turn: { bucket: number; order: number } | undefined
  isParked: boolean
  /** Since when something of it has waited. */
  sinceMs: number
  started: number
  refused: number
  /** When it was last refused somebody while it overflowed. */
  overflowedMs: number
  /** When its length last changed. */
  changed: number
}
