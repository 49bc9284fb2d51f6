import type { Server } from 'node:http'
import type { Tier } from '@headgate/core'

/** A path, and what is done for it. */
export interface BenchRoute {
  readonly path: string
  /** Read by Headgate under Fastify only. */
  readonly tier: Tier | undefined
  readonly handler: () => Promise<string>
}

/** A server of some host with a guard in it, not listening yet. */
export interface BenchServer {
  readonly server: Server
  /** From now on the guard refuses every request; undefined where there is none that could. */
  readonly refuseAll: (() => void) | undefined
}
