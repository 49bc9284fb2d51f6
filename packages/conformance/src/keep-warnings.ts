/** A warning of the process, as Node tells it. */
export interface Warned extends Error {
  readonly code?: string
  readonly detail?: string
}

/** The warnings of this process from now until the test is over. They come in a tick of their own. */
export function keepWarnings(t: { teardown(task: () => unknown): void }): readonly Warned[] {
  const kept: Warned[] = []
  const keep = (warning: Error): void => void kept.push(warning)
  process.on('warning', keep)
  t.teardown(() => void process.off('warning', keep))
  return kept
}
