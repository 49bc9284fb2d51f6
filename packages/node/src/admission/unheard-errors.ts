import { inspect } from 'node:util'
import type { ErrorSource } from './admission-event.ts'

/** Of an error and its stack; a warning is read by people. */
const MAX_DETAIL = 2_000

/**
 * Warns of errors in the user's functions that no subscriber hears, once for each option: the service goes on without
 * them, so that nothing else would show. Never throws, as it is called while requests are served.
 */
export class UnheardErrors {
  readonly #told = new Set<ErrorSource>()

  onError(source: ErrorSource, error: unknown): void {
    if (this.#told.has(source)) return
    this.#told.add(source)
    try {
      process.emitWarning(
        `\`${source}\` failed, and the service went on without it. \`logOverload(admission, console)\` tells of the rest.`,
        { type: 'HeadgateWarning', code: 'HG_WARN_UNHEARD_ERROR', detail: describe(error) },
      )
    } catch {
      // A test has put its own in its place, or the process is at its end.
    }
  }
}

/** Whatever was thrown: it may be anything. Of an error no more than its stack: its fields may hold secrets. */
function describe(error: unknown): string {
  try {
    const { stack } = Object(error) as { readonly stack?: unknown }
    const text = typeof stack === 'string' ? stack : inspect(error, { depth: 1 })
    return text.slice(0, MAX_DETAIL)
  } catch {
    return 'What was thrown cannot be shown.'
  }
}
