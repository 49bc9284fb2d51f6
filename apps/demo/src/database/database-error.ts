/** A statement failed; `code` is PostgreSQL's SQLSTATE, as on the errors of `pg`. */
export class DatabaseError extends Error {
  readonly code: string | undefined

  constructor(message: string, code: string | undefined) {
    super(message)
    this.name = 'DatabaseError'
    this.code = code
  }
}
