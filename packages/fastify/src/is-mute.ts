import type { FastifyBaseLogger } from 'fastify'

/** Fastify's logger where none was asked for: its methods are one `noop`, and it has no level to change. */
export function isMute(log: FastifyBaseLogger): boolean {
  return !Reflect.has(log, 'level') && log.error === log.info && log.error.name === 'noop'
}
