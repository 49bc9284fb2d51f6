import type { Contestant } from './contestant.ts'

export const bare: Contestant = {
  name: 'bare',
  about: 'the host alone',
  fastify: async () => ({}),
  express: async () => ({}),
  koa: async () => ({}),
  node: async () => ({}),
}
