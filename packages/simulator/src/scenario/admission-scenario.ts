import type { Admission, AdmissionOptions, Clock, Limit } from '@headgate/core'
import type { LoopCosts } from '../loop/event-loop.ts'
import type { Stage } from '../service/stage.ts'
import type { Population } from '../traffic/population.ts'

/** The admission of the product, with its options, in front of a service, and who comes. */
export interface AdmissionScenario {
  readonly name: string
  readonly about: string
  /** Nobody comes after this; what was begun is finished. */
  readonly endMs: number
  readonly makeLimit: () => Limit
  readonly options?: AdmissionOptions
  readonly populations: readonly Population[]
  /** Where admitted work is done. Default: each for itself, so that the permits are the slots. */
  readonly build?: (clock: Clock) => Stage
  /** Work is synchronous, on one event loop that has to read and refuse as well. Excludes `build`. */
  readonly loop?: LoopCosts
  /** When the service stands still, and for how long. */
  readonly stalls?: readonly { readonly atMs: number; readonly forMs: number }[]
  /** What else happens, and when: options that change, a drain. */
  readonly events?: readonly {
    readonly atMs: number
    readonly happen: (admission: Admission) => void
  }[]
}
