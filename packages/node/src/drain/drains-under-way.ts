// Registered: two copies of this package may be loaded, and the exit of one would end the drains of the other.
const kDrains = Symbol.for('headgate.drains')

interface Registry {
  [kDrains]?: Set<Promise<unknown>>
}

function drainsOf(registry: Registry): Set<Promise<unknown>> {
  registry[kDrains] ??= new Set()
  return registry[kDrains]
}

/** Counts a drain as under way in this process until it has ended. */
export function addDrain(drain: Promise<unknown>): void {
  const drains = drainsOf(process as Registry)
  const remove = (): boolean => drains.delete(drain)
  drains.add(drain)
  drain.then(remove, remove)
}

/** Resolves once no drain is under way in this process: a server that is done must not take another with it. */
export async function drainsToEnd(): Promise<void> {
  const drains = drainsOf(process as Registry)
  // Each removes itself before this resolves; others may have begun meanwhile.
  while (drains.size > 0) await Promise.allSettled(drains)
}
