import {
  type AdmissionParts,
  type AdmissionRequest,
  type Arrival,
  type Clock,
  type Admission as CoreAdmission,
  type Decision,
  type DecisionInputs,
  InputReader,
  type Passage,
  type Rejection,
  Shadow,
  TopTalkers,
} from '@headgate/core'
import { DecisionLog } from '../explain/decision-log.ts'
import type { NodeAdmissionSnapshot } from './node-admission-snapshot.ts'
import type { AdmissionMode, ResolvedRuntime } from './runtime-options.ts'

const TOP_TALKERS = 20

/** Asks the core, or in shadow mode its shadow; and keeps what `explain` and `topTalkers` tell. */
export class DecisionKeeper {
  readonly #clock: Clock
  readonly #shadow: Shadow
  readonly #talkers: TopTalkers = new TopTalkers()
  readonly #inputs: InputReader = new InputReader()
  readonly log: DecisionLog
  #core: CoreAdmission | undefined = undefined
  #mode: AdmissionMode = 'enforce'

  constructor(clock: Clock) {
    this.#clock = clock
    this.#shadow = new Shadow(clock)
    this.log = new DecisionLog(Date.now, (passage) => this.#shadow.wouldOf(passage))
  }

  /** What an admission has to be made with. */
  get parts(): Pick<AdmissionParts, 'shadow' | 'talkers' | 'inputs'> {
    return { shadow: this.#shadow, talkers: this.#talkers, inputs: this.#inputs }
  }

  /** @param core made with `parts` */
  attach(core: CoreAdmission, runtime: ResolvedRuntime): CoreAdmission {
    this.#core = core
    this.take(runtime)
    return core
  }

  snapshot(): Pick<NodeAdmissionSnapshot, 'mode' | 'shadow' | 'topTalkers'> {
    const topTalkers = this.#talkers.top(TOP_TALKERS)
    return { mode: this.#mode, shadow: this.#shadow.snapshot(), topTalkers }
  }

  take({ mode, explain }: ResolvedRuntime): void {
    this.#mode = mode
    this.log.resize(explain)
  }

  tryAcquire(request?: AdmissionRequest): Decision {
    const core = this.#core as CoreAdmission
    const inputs = this.#inputsOf(request)
    const decision = this.#acts(core) ? core.tryAcquire(request) : this.#shadow.pass(core, request)
    this.#note(decision as Passage | Rejection, request, inputs)
    return decision
  }

  offer(request?: AdmissionRequest, arrival?: Arrival): Passage | Rejection {
    const core = this.#core as CoreAdmission
    const inputs = this.#inputsOf(request)
    const decision = this.#acts(core)
      ? core.offer(request, arrival)
      : this.#shadow.pass(core, request)
    this.#note(decision, request, inputs)
    return decision
  }

  /** Whoever does not act refuses nobody at the door either: what would be said there is said later. */
  refuseAtDoor(request?: AdmissionRequest): Rejection | undefined {
    const core = this.#core as CoreAdmission
    return this.#acts(core) ? core.refuseAtDoor(request) : undefined
  }

  /** Read before the decision, which changes them; only of what will be noted. */
  #inputsOf(request: AdmissionRequest | undefined): DecisionInputs | undefined {
    if (!this.log.isOn || request?.id === undefined) return undefined
    return this.#inputs.read(request)
  }

  #note(
    decision: Passage | Rejection,
    request: AdmissionRequest | undefined,
    inputs: DecisionInputs | undefined,
  ): void {
    if (request === undefined) return
    if (!decision.admitted && request.tenant !== undefined) {
      this.#talkers.onReject(request.tenant, decision.reason, this.#clock.nowMs())
    }
    if (inputs !== undefined) this.log.note({ request, inputs, mode: this.#mode, decision })
  }

  /** Drain is the user's own act, and obeyed in shadow too. */
  #acts(core: CoreAdmission): boolean {
    return this.#mode !== 'shadow' || core.draining
  }
}
