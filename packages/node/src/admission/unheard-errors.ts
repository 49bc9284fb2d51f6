import { inspect } from 'node:util'
import type { ErrorSource } from './admission-event.ts'

/** Of an error and its stack; a warning is read by people. */
const MAX_DETAIL = 2_000

/**
 * Warns of errors in the user's functions that no subscriber hears, once for each function: their defaults keep the
 * service going, so that nothing else would show.
 */
export class UnheardErrors {
  readonly #told = new Set<ErrorSource>()

  onError(source: ErrorSource, error: unknown): void {
    if (this.#told.has(source)) return
    this.#told.add(source)
    process.emitWarning(
      `\`${source}\` failed, and the service went on without it. \`logOverload(admission, console)\` tells of the rest.`,
      { type: 'HeadgateWarning', code: 'HG_WARN_UNHEARD_ERROR', detail: describe(error) },
    )
  }
}

/** Whatever was thrown: it may be anything. */
function describe(error: unknown): string {
  try {
    return inspect(error, { depth: 1 }).slice(0, MAX_DETAIL)
  } catch {
    return 'What was thrown cannot be shown.'
  }
}
