/** One execution of a work: the test decides when and how it ends. */
export interface Execution {
  readonly signal: AbortSignal
  readonly succeed: (value: string) => void
  readonly fail: (error: unknown) => void
}

/** A work whose executions are held until the test ends them. It ends by itself when it is aborted. */
export class ControlledWork {
  readonly executions: Execution[] = []

  readonly run = (signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      this.executions.push({ signal, succeed: resolve, fail: reject })
    })

  get count(): number {
    return this.executions.length
  }

  at(index: number): Execution {
    const execution = this.executions.at(index)
    if (execution === undefined) throw new Error(`there is no execution ${index}`)
    return execution
  }
}

/** After this, whatever a settled promise sets going has gone its way: all microtasks run before the check phase. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export type Outcome = 'pending' | { readonly value: unknown } | { readonly error: unknown }

/** What became of a promise; `pending` until it settles. */
export function watch(promise: Promise<unknown>): { readonly outcome: Outcome } {
  const watched: { outcome: Outcome } = { outcome: 'pending' }
  promise.then(
    (value) => {
      watched.outcome = { value }
    },
    (error) => {
      watched.outcome = { error }
    },
  )
  return watched
}
