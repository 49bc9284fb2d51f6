/** What a contestant's server is made with. */
export const HOST_NAMES = ['fastify', 'express', 'koa', 'node'] as const

export type HostName = (typeof HOST_NAMES)[number]

/** @throws {Error} that names those there are. */
export function findHost(name: string): HostName {
  const found = HOST_NAMES.find((each) => each === name)
  if (found === undefined)
    throw new Error(`host must be one of ${HOST_NAMES.join(', ')}, got ${name}`)
  return found
}
