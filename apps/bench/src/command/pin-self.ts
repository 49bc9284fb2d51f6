import { execFileSync } from 'node:child_process'
import { canPin } from '@headgate/loadgen'

/** Moves every thread of this process to one core: the closed-loop client runs here, away from the server. */
export function pinSelf(cpu: number): void {
  if (!canPin(cpu)) return
  execFileSync('taskset', ['-a', '-c', '-p', String(cpu), String(process.pid)], { stdio: 'ignore' })
}
