import type { IncomingMessage, ServerResponse } from 'node:http'
import { wrap as wrapListener } from '@headgate/node'
import { type ShapedApp, shapeMessages } from './shape-messages.ts'

/**
 * Puts a whole app behind a gate, before Express makes anything of a request: that is the cheapest way to
 * refuse. `createServer(wrap(app, { admission }))`, and `app.use(headgate({ admission }))` for what handlers
 * are to know. Its functions are asked with Node's request, not Express's.
 *
 * @throws {InvalidOptionError} when `app` is no function, or an option is unknown, of the wrong type, or out of
 *   range.
 */
export const wrap: typeof wrapListener<IncomingMessage, ServerResponse> = (app, options) => {
  const wrapped = wrapListener(app, options)
  shapeMessages(app as ShapedApp)
  return wrapped
}
