import type { Admission } from '../admission/admission.ts'
import type { RawResponse } from './raw-message.ts'
import { isResponseOver } from './response-watch.ts'

/** The longest that a refused client waits for the whole of an answer of the user's own. */
const MAX_ANSWER_MS = 5_000

/** How a host lets the user answer a refused request. */
export interface OwnAnswer {
  readonly response: RawResponse
  onReject(): unknown
  /** Whether it is answered. Default: its response is ended. */
  isAnswered?(): boolean
  /** Whether it may still be answered once `onReject` has settled. Default true: by a callback. */
  mayComeLater?(): boolean
  /** Answers in its place. */
  otherwise(): void
}

/**
 * Lets the user's `onReject` answer a refused request. Where it fails, at once or later, or has not answered
 * after five seconds, that is reported, and `otherwise` is called: its client must not wait for ever. Never
 * rejects.
 */
export async function ownAnswer(admission: Admission, own: OwnAnswer): Promise<void> {
  const { response, mayComeLater = () => true } = own
  const isAnswered = own.isAnswered ?? ((): boolean => isEnded(response))
  const wait = new Wait(response)
  try {
    const answer = own.onReject()
    const isPromise = typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function'
    if (!isPromise && isAnswered()) return
    // A promise that fails, and that nobody waits for, would end the process: the race listens to it for good.
    await Promise.race([answer, wait.over()])
    if (!isAnswered() && mayComeLater()) await wait.over()
    if (!(isAnswered() || isEnded(response))) {
      throw new Error(`onReject has not answered, or not within ${MAX_ANSWER_MS} ms`)
    }
  } catch (error) {
    admission.reportError('onReject', error)
    own.otherwise()
  } finally {
    wait.stop()
  }
}

function isEnded(response: RawResponse): boolean {
  return response.writableEnded || isResponseOver(response)
}

/** Until a response is over, or has had its time. */
class Wait {
  readonly #response: RawResponse
  #over: Promise<void> | undefined = undefined
  #end: () => void = () => {}
  #timer: NodeJS.Timeout | undefined = undefined

  constructor(response: RawResponse) {
    this.#response = response
  }

  over(): Promise<void> {
    this.#over ??= new Promise((resolve) => {
      this.#end = resolve
      this.#timer = setTimeout(resolve, MAX_ANSWER_MS).unref()
      this.#response.once('close', resolve)
    })
    return this.#over
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#response.off('close', this.#end)
  }
}
