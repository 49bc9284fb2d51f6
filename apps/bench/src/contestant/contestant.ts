import type { FastifyInstance } from 'fastify'

/** A way to guard a Fastify service. */
export interface Contestant {
  readonly name: string
  readonly about: string
  /** Called before any route is declared. `parameter` is what follows the colon of `name:parameter`. */
  register(app: FastifyInstance, parameter: string | undefined): Promise<void>
}
