import { Entering } from '@headgate/node'
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'

/** A request on its way through Fastify's hooks, and how to go on to the next. */
export class FastifyEntering extends Entering<FastifyRequest> {
  readonly reply: FastifyReply
  readonly done: HookHandlerDoneFunction

  constructor(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) {
    super(request, request.raw, reply.raw)
    this.reply = reply
    this.done = done
  }
}
