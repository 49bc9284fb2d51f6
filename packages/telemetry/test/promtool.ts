import { spawnSync } from 'node:child_process'

const found = spawnSync('promtool', ['--version'], { encoding: 'utf8' })

/** Why tests with promtool are skipped here, or false: it is part of Debian's package `prometheus`. */
export const NO_PROMTOOL: string | false =
  found.error === undefined ? false : 'promtool is not installed (Debian: prometheus)'

export interface PromtoolResult {
  readonly status: number | null
  readonly output: string
}

export function promtool(args: readonly string[], input?: string): PromtoolResult {
  const { status, stdout, stderr } = spawnSync('promtool', [...args], {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  })
  return { status, output: `${stdout}${stderr}` }
}
