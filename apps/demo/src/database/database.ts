/** One SQL statement. */
export interface Statement {
  readonly sql: string
  /** What reading and writing its pages would take; see `embedded-latency.ts`. */
  readonly diskMs: number
}

export type Value = string | number

/** A statement and the values of its parameters. */
export interface Step {
  readonly statement: Statement
  readonly values: readonly Value[]
}

/** What the shop needs of a database: queries through a bounded number of connections. */
export interface Database {
  /** For the boot log: which engine this is. */
  readonly description: string
  query<Row extends object>(statement: Statement, values?: readonly Value[]): Promise<Row[]>
  /** All of the steps or, when one fails, none. Resolves with the rows of each. */
  transaction(steps: readonly Step[]): Promise<object[][]>
  close(): Promise<void>
}
