import type { EntranceOptions, HeadgateOptions } from '@headgate/node'
import type { ParameterizedContext, Response } from 'koa'

/** What the user's functions are asked with. */
export type KoaRequest = ParameterizedContext

/**
 * The options of the middleware: those of every host, asked with `ctx`. `admit: 'route'`: the middleware
 * only refuses what no route could save, and `admit()` on the routes admits.
 */
export interface KoaHeadgateOptions
  extends HeadgateOptions<KoaRequest, Response>,
    Pick<EntranceOptions<KoaRequest>, 'admit'> {}
