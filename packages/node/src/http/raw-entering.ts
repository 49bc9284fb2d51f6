import { Entering } from './entering.ts'
import type { RawRequest, RawResponse } from './raw-message.ts'

/** A request listener of `node:http`, `node:https` or `node:http2`. */
export type Listener<Request extends RawRequest, Response extends RawResponse> = (
  request: Request,
  response: Response,
) => unknown

/** A request of one of Node's own servers, or of a host that hands on Node's own messages. */
export class RawEntering<
  Request extends RawRequest,
  Response extends RawResponse,
> extends Entering<Request> {
  declare readonly response: Response
  /** The work. */
  readonly listener: Listener<Request, Response>
  /** Whether its host tells the visit itself that the response was ended. */
  tellsEnd = false

  constructor(request: Request, response: Response, listener: Listener<Request, Response>) {
    super(request, request, response)
    this.listener = listener
  }
}
