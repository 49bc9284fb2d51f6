/** One operation to time. */
export interface MicroCase {
  /** Rows of the same task are shown beside each other. */
  readonly task: string
  readonly name: string
  /** Does it `times` times, one after the other. */
  readonly run: (times: number) => void | Promise<void>
  /** Default 100,000. */
  readonly times?: number
}

/** Nanoseconds each, of every round. */
export interface MicroResult {
  readonly task: string
  readonly name: string
  readonly nsPerOp: number
}

export function sync(task: string, name: string, work: () => void): MicroCase {
  return {
    task,
    name,
    run: (times) => {
      for (let count = 0; count < times; count += 1) work()
    },
  }
}

export function awaited(task: string, name: string, work: () => Promise<unknown>): MicroCase {
  return {
    task,
    name,
    run: async (times) => {
      for (let count = 0; count < times; count += 1) await work()
    },
  }
}
