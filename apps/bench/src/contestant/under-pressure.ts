import underPressurePlugin, { type FastifyUnderPressureOptions } from '@fastify/under-pressure'
import type { Contestant } from './contestant.ts'

/** As its readme shows it. */
export const underPressure: Contestant = contestant(
  'under-pressure',
  '@fastify/under-pressure, maxEventLoopDelay 1000',
  { maxEventLoopDelay: 1000 },
)

/** The best all-round setting found by hand. */
export const underPressureTuned: Contestant = contestant(
  'under-pressure-tuned',
  '@fastify/under-pressure, maxEventLoopDelay 100, sampled each 100 ms',
  { maxEventLoopDelay: 100, sampleInterval: 100 },
)

export const underPressureUtilization: Contestant = contestant(
  'under-pressure-elu',
  '@fastify/under-pressure, maxEventLoopUtilization 0.98 of each second',
  { maxEventLoopUtilization: 0.98, eventLoopUtilizationMode: 'interval' },
)

function contestant(name: string, about: string, options: FastifyUnderPressureOptions): Contestant {
  return {
    name,
    about,
    fastify: async () => {
      let isOpen = true
      return {
        // Its hook reads what this last said, whether or not anything is checked.
        register: async (app) => {
          const healthCheck = async (): Promise<boolean> => isOpen
          await app.register(underPressurePlugin, {
            ...options,
            healthCheck,
            healthCheckInterval: 50,
          })
        },
        refuseAll: () => {
          isOpen = false
        },
      }
    },
  }
}
