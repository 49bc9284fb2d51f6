import type { Contestant } from './contestant.ts'

export const bare: Contestant = {
  name: 'bare',
  about: 'Fastify alone',
  register: async () => {},
}
