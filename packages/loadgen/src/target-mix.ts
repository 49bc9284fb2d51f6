import type { LoadTarget } from './load-options.ts'
import { requestBytes } from './request-bytes.ts'
import type { SeededRandom } from './seeded-random.ts'

/** One drawn request: which target it counts for, and the bytes to send. */
export interface DrawnRequest {
  readonly targetIndex: number
  readonly isHead: boolean
  readonly bytes: Buffer
}

/** Draws requests from the targets by weight, from bytes built once. */
export class TargetMix {
  readonly #random: SeededRandom
  readonly #shares: readonly number[]
  readonly #requests: readonly (readonly DrawnRequest[])[]

  constructor(random: SeededRandom, targets: readonly LoadTarget[], url: URL) {
    this.#random = random
    this.#requests = targets.map((target, targetIndex) => {
      const paths = typeof target.path === 'string' ? [target.path] : target.path
      const isHead = target.method === 'HEAD'
      return paths.map((path) => ({ targetIndex, isHead, bytes: requestBytes(url, target, path) }))
    })
    const total = targets.reduce((sum, { weight = 1 }) => sum + weight, 0)
    let below = 0
    this.#shares = targets.map(({ weight = 1 }) => {
      below += weight / total
      return below
    })
  }

  draw(): DrawnRequest {
    const point = this.#random.next()
    const found = this.#shares.findIndex((share) => point < share)
    // The last share can be a rounding error below 1.
    const requests = this.#requests.at(found) as readonly DrawnRequest[]
    const index = requests.length === 1 ? 0 : Math.floor(this.#random.next() * requests.length)
    return requests[index] as DrawnRequest
  }
}
