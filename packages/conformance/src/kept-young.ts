import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** More than this was kept, and is not what has been compiled meanwhile. */
export const MOST_KEPT_MB = 2

/**
 * How many megabytes of what is made and dropped are still there after collections of what is young, at most, where
 * bursts of it have lived longer before. Below `MOST_KEPT_MB` if V8 has not concluded from those that all of it does.
 *
 * @param script calls `tellKept` of `@headgate/conformance/burst`, in a process of its own whose young generation is as
 *   small as in a container of 512 MiB
 */
export async function keptMb(script: URL, args: readonly string[] = []): Promise<number> {
  const execArgv = ['--min-semi-space-size=1', '--max-semi-space-size=1']
  const child = fork(fileURLToPath(script), args, { execArgv })
  const [{ keptMb }] = (await once(child, 'message')) as [{ readonly keptMb: number }]
  return keptMb
}
