import type { Tier } from '@headgate/core'
import type { BenchResult } from '../report/bench-result.ts'
import type { CommandOptions } from './command-options.ts'
import { mixCommand } from './mix.ts'

/** Tier and its share of the requests, in percent. */
const MIX: readonly (readonly [Tier, number])[] = [
  ['critical', 10],
  ['important', 20],
  ['optional', 30],
  ['opportunistic', 40],
]

/** Who is served when three times as much comes as can be: the most important, if the guard knows tiers. */
export async function tiersCommand(options: CommandOptions): Promise<BenchResult> {
  const shares = MIX.map(([tier, share]) => `${share} % ${tier}`).join(', ')
  return await mixCommand(
    {
      name: 'tiers',
      title: 'Tiers under overload',
      introduction: `A mix of ${shares}. Success: served within a second. Medians, with least and greatest.`,
      targets: MIX.map(([name, weight]) => ({ name, weight, path: `/${name}/` })),
      groups: Object.fromEntries(MIX.map(([tier]) => [tier, [tier]])),
    },
    options,
  )
}
