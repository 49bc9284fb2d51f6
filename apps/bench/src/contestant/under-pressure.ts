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

/** Rejects everything: what a rejection costs. */
export const underPressureClosed: Contestant = contestant(
  'under-pressure-closed',
  '@fastify/under-pressure that refuses every request',
  { maxHeapUsedBytes: 1, sampleInterval: 50 },
)

function contestant(name: string, about: string, options: FastifyUnderPressureOptions): Contestant {
  return {
    name,
    about,
    register: async (app) => {
      await app.register(underPressurePlugin, options)
    },
  }
}
