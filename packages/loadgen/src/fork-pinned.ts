import { type ChildProcess, execFileSync, fork } from 'node:child_process'

export interface ForkPinnedOptions {
  /** Core to pin the process to; undefined: any. */
  readonly cpu?: number | undefined
  readonly args?: readonly string[] | undefined
  /** Options of Node.js. Default none: this process's own are not handed on. */
  readonly execArgv?: readonly string[] | undefined
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** Starts a module in a process of its own, pinned to one core where that can be done. */
export function forkPinned(modulePath: string, options: ForkPinnedOptions = {}): ChildProcess {
  const { cpu, args = [], execArgv = [], env } = options
  const isPinned = cpu !== undefined && canPin(cpu)
  return fork(modulePath, [...args], {
    env: { ...process.env, ...env },
    // taskset becomes the process it starts, so the channel and the process id are the module's.
    ...(isPinned
      ? { execPath: 'taskset', execArgv: ['-c', String(cpu), process.execPath, ...execArgv] }
      : { execArgv: [...execArgv] }),
  })
}

const pinnable = new Map<number, boolean>()

/** Whether processes can be pinned to this core: `taskset` exists, and the core too. */
export function canPin(cpu: number): boolean {
  let answer = pinnable.get(cpu)
  if (answer === undefined) {
    try {
      execFileSync('taskset', ['-c', String(cpu), 'true'], { stdio: 'ignore' })
      answer = true
    } catch {
      answer = false
    }
    pinnable.set(cpu, answer)
  }
  return answer
}
