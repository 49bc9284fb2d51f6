import type { WrapOptions } from '@headgate/node'
import type { Request, Response } from 'express'

/**
 * The options of the middleware: those of every host. `admit: 'route'`: the middleware only refuses what
 * no route could save, and `admit()` on the routes admits.
 */
export type ExpressHeadgateOptions = Omit<WrapOptions<Request, Response>, 'refuseStreams'>
