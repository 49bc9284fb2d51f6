import { type PlainOptions, plainOptions } from '../option/plain-options.ts'
import { resolvePools } from '../pool/pool-options.ts'
import { type AdmissionOptions, resolveAdmissionOptions } from './admission-options.ts'

/** Every option of an admission as it counts now, defaults included; `default` is what follows from the limit. */
export function describeOptions(options: AdmissionOptions): PlainOptions {
  const { queue, rates, ...rest } = resolveAdmissionOptions(options)
  const pools = options.pools === undefined ? [] : resolvePools(options.pools)
  return plainOptions({
    queue: queue ?? false,
    ...rest,
    pools: Object.fromEntries(pools.map(({ name, ...own }) => [name, own])),
    rate: rates ?? false,
  })
}
