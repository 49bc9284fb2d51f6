import type { BenchResult } from '../report/bench-result.ts'
import type { CommandOptions } from './command-options.ts'
import { mixCommand } from './mix.ts'

const QUIET_COUNT = 19
/** Of a tenant's fair share, a twentieth of the capacity. */
const LOUD_SHARE = 10
const QUIET_SHARE = 0.8

/** At this factor the quiet ask for 0.8 of their fair share each, and the loud one for ten times its own. */
export const TENANTS_FACTOR = 1.26

/** Whether one tenant that asks for far too much can hurt those that ask for less than their share. */
export async function tenantsCommand(options: CommandOptions): Promise<BenchResult> {
  const quiet = Array.from({ length: QUIET_COUNT }, (_, index) => `quiet-${index + 1}`)
  const target = (name: string, weight: number) => ({ name, weight, path: `/of/${name}/` })
  return await mixCommand(
    {
      name: 'tenants',
      title: 'One loud tenant among quiet ones',
      introduction:
        `One tenant asks for ${LOUD_SHARE} times its fair share, ${QUIET_COUNT} others for ${QUIET_SHARE} of theirs: ` +
        `${TENANTS_FACTOR} × the capacity together. \`headgate-tenants\` is told who asks, and nothing else. ` +
        'Success: served within a second. Medians, with least and greatest.',
      targets: [target('loud', LOUD_SHARE), ...quiet.map((name) => target(name, QUIET_SHARE))],
      groups: { 'quiet, all 19': quiet, loud: ['loud'] },
    },
    options,
  )
}
