import type { Database } from './database.ts'
import { EmbeddedDatabase } from './embedded-database.ts'
import { PostgresDatabase } from './postgres-database.ts'

/** Connections to the database, embedded or real. */
export const MAX_CONNECTIONS = 8

/** The PostgreSQL that `DATABASE_URL` names, or else the embedded one. Filled with the shop's data. */
export async function openDatabase(env: NodeJS.ProcessEnv): Promise<Database> {
  const url = env.DATABASE_URL
  if (url === undefined || url === '') return EmbeddedDatabase.start(MAX_CONNECTIONS)
  try {
    return await PostgresDatabase.connect(url, MAX_CONNECTIONS)
  } catch (error) {
    // Several addresses of one host fail as a group, whose own message is empty.
    const causes = error instanceof AggregateError ? error.errors : [error]
    const reasons = causes.map((cause) => (cause instanceof Error ? cause.message : String(cause)))
    throw new Error(`the database at DATABASE_URL cannot be used: ${reasons.join('; ')}`)
  }
}
