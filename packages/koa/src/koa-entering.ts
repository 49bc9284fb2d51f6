import { Entering } from '@headgate/node'
import type { Next } from 'koa'
import type { KoaRequest } from './koa-options.ts'

/** A request on its way through the middleware, and how to end the middleware's promise. */
export class KoaEntering extends Entering<KoaRequest> {
  readonly next: Next
  declare resolve: () => void
  declare reject: (error: unknown) => void

  constructor(request: KoaRequest, next: Next) {
    super(request, request.req, request.res)
    this.next = next
  }
}
