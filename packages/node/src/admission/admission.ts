import {
  type AdmissionRequest,
  type Arrival,
  type Clock,
  Admission as CoreAdmission,
  type AdmissionOptions as CoreOptions,
  type Decision,
  type DurationRecorder,
  type Passage,
  type Permit,
  type Rejection,
} from '@headgate/core'
import { AdmissionDrain, type AdmissionDrainOptions } from '../drain/admission-drain.ts'
import type { Explanation } from '../explain/decision-log.ts'
import type { BeginTrace } from '../http/request-trace.ts'
import { LoopDispatcher } from '../loop/loop-dispatcher.ts'
import { ProcessPressure } from '../pressure/process-pressure.ts'
import { SlowClients } from '../slow/slow-clients.ts'
import { Readiness } from '../warm-up/readiness.ts'
import type { ErrorSource } from './admission-event.ts'
import type { AdmissionParts } from './admission-parts.ts'
import { Aside } from './aside.ts'
import { attachTracer } from './attach-tracer.ts'
import { ConfiguredOptions } from './configured-options.ts'
import { DecisionKeeper } from './decision-keeper.ts'
import { ErrorReports } from './error-reports.ts'
import { EventHub } from './event-hub.ts'
import { Forced } from './forced.ts'
import { HeldWork } from './held-work.ts'
import { describeHost, type NodeAdmissionSnapshot } from './node-admission-snapshot.ts'
import { runWithPermit } from './run-with-permit.ts'
import {
  type AdmissionMode,
  FREE_PASS,
  type ResolvedRuntime,
  RUNTIME_DEFAULTS,
  type RuntimeOptions,
  resolveRuntime,
} from './runtime-options.ts'
import type { EventTypes, Listener, SubscribeOptions } from './subscription.ts'
import { type CancellableRequest, waitForDecision } from './wait-for-decision.ts'

/** An admission on the real clock and the real event loop. Made by `createAdmission`. */
export class Admission implements AsyncDisposable {
  readonly #core: CoreAdmission
  /** For adapters: what its times are told by. */
  readonly clock: Clock
  readonly #pressure: ProcessPressure
  readonly #hub: EventHub
  /** For adapters: what was wrong with requests, and with the user's functions. */
  readonly errors: ErrorReports
  readonly #decisions: DecisionKeeper
  /** For adapters: the requests that hold a permit. */
  readonly held: HeldWork
  /** For adapters: clients whose permits went to others. */
  readonly slow: SlowClients
  /** For adapters: whether the process should get new connections, and for how long it serves on then. */
  readonly readiness: Readiness = new Readiness()
  /** For what takes no permit: shared answers, and refreshes. */
  readonly aside: Aside
  readonly drainDelayMs: number | undefined
  /** For adapters: what their hosts were configured with. */
  readonly configured: ConfiguredOptions
  /** For adapters: who traces requests. */
  beginTrace: BeginTrace | undefined = undefined
  readonly #drain: AdmissionDrain
  /** For tests of services: see `testing.ts`. */
  readonly forced: Forced = new Forced()
  /** For adapters: options that the core knows nothing of, as they are now. */
  runtime: ResolvedRuntime

  constructor(
    { clock, limit, signals, drainDelayMs, slowClients, configured = {} }: AdmissionParts,
    options: CoreOptions & RuntimeOptions,
  ) {
    const { runtime, core } = resolveRuntime(options, RUNTIME_DEFAULTS)
    this.runtime = runtime
    this.configured = new ConfiguredOptions(configured)
    this.clock = clock
    this.#decisions = new DecisionKeeper(clock)
    this.#hub = new EventHub(clock, (error) => this.reportError('subscriber', error))
    this.errors = new ErrorReports(clock, this.#hub)
    this.held = new HeldWork(clock, runtime.maxHoldMs)
    this.slow = new SlowClients(clock, slowClients)
    this.drainDelayMs = drainDelayMs
    this.#pressure = new ProcessPressure(clock, signals, {
      onSignalError: (error) => this.reportError('pressure', error),
      forced: this.forced,
    })
    const dispatcher = new LoopDispatcher(clock)
    const parts = { clock, limit, dispatcher, random: Math.random, ...this.#decisions.parts }
    const told = { pressure: this.#pressure, listener: this.#hub }
    this.#core = this.#decisions.attach(new CoreAdmission({ ...parts, ...told }, core), runtime)
    dispatcher.attach(this.#core)
    this.aside = new Aside(this.#core.door, () => ({
      forced: this.forced.rejection,
      mode: this.mode,
    }))
    this.#drain = new AdmissionDrain(this.#core, this.readiness, () => this.close())
    this.#pressure.start()
  }

  /** How close the process is to its end, 0 to 1. */
  get pressure(): number {
    return this.#pressure.level
  }

  /** Whether handlers should serve less; see `RequestHandle`. */
  get degraded(): boolean {
    return this.#pressure.isHigh || this.#hub.isOverloaded
  }

  /** Adapters ask it first: where it is `off`, they ask for no admission. */
  get mode(): AdmissionMode {
    return this.runtime.mode
  }

  /** The names of the pools: `default` alone without the option. `lane` of a passage is an index into them. */
  get poolNames(): readonly string[] {
    return this.#core.poolNames
  }

  /** Admits now or never, synchronously. The request does not pass those who wait. */
  tryAcquire(request?: AdmissionRequest): Decision {
    if (this.mode === 'off') return FREE_PASS
    return this.forced.rejection ?? this.#decisions.tryAcquire(request)
  }

  /** Admits, perhaps after waiting, or refuses. Never rejects. Aborting `request.signal` ends the wait. */
  acquire(request?: CancellableRequest): Promise<Decision> {
    return this.mode === 'off' ? Promise.resolve(FREE_PASS) : waitForDecision(this, request)
  }

  /**
   * Runs `work` with a permit and gives it back when `work` has settled: a failure is ignored as a sample, a success is one.
   * @throws {RejectedError} (as a rejection) when the request is refused.
   */
  run<Result>(
    request: CancellableRequest | undefined,
    work: (permit: Permit) => Result | Promise<Result>,
  ): Promise<Result> {
    return runWithPermit(this.acquire(request), work)
  }

  /** For adapters: the answer now, or a passage in state `queued` whose `arrival` hears it later. */
  offer(request?: AdmissionRequest, arrival?: Arrival): Passage | Rejection {
    return this.forced.rejection ?? this.#decisions.offer(request, arrival)
  }

  /** For a guard in front of a framework: refuses what would be refused whatever its route says. */
  refuseAtDoor(request?: AdmissionRequest): Rejection | undefined {
    return this.#decisions.refuseAtDoor(request)
  }

  /** For adapters: the client of a waiter left. False when it no longer waits. */
  cancel(passage: Passage): boolean {
    return this.#core.cancel(passage)
  }

  /** For adapters: a user's function threw. Counted, and told to subscribers once a second at most. */
  reportError(source: ErrorSource, error: unknown): void {
    this.errors.report(source, error)
  }

  /** For adapters: the same for an answer that made no sense, which is counted as malformed as well. */
  reportMalformed(source: ErrorSource, error: unknown): void {
    this.errors.countMalformed()
    this.reportError(source, error)
  }

  /**
   * Those not named stay as they are, and `undefined` brings back a default; `limit` and `pressure` are for good.
   * @throws {InvalidOptionError} and changes nothing when an option is wrong.
   */
  update(options: CoreOptions & RuntimeOptions): void {
    const { runtime, core } = resolveRuntime(options, this.runtime)
    this.#core.update(core)
    this.runtime = runtime
    this.#decisions.take(runtime)
    this.held.maxHoldMs = runtime.maxHoldMs
  }

  /** Whether decisions about requests with an `id` are remembered. */
  get explains(): boolean {
    return this.#decisions.log.isOn
  }

  /** The last decisions about a request, by `x-request-id` or trace, and all that led to them; see the option `explain`. Never throws. */
  explain(requestId: string): Explanation {
    return this.#decisions.log.explain(requestId)
  }

  snapshot(): NodeAdmissionSnapshot {
    const core = this.#core.snapshot()
    const kept = { ...this.#decisions.snapshot(), listeners: this.#hub.listeners }
    return { ...core, ...kept, ...describeHost(this, core) }
  }

  /** For telemetry: `begin` is called for each request of a host, until the function returned is called. A second throws. */
  traceRequests(begin: BeginTrace): () => void {
    return attachTracer(this, begin)
  }

  /** Whether the process should get new connections. Overload does not end it; leaving and draining do. */
  ready(): boolean {
    return this.readiness.isReady
  }

  /** Says that the process will go: it serves on as before, and is no longer `ready()`. */
  leave(): void {
    this.readiness.reach('leaving')
  }

  /**
   * Calls `listener` for every event, or only for those of the types named, until the function it returns is called.
   * What it throws is counted and changes nothing; what it has no time for is dropped and counted, see `SubscribeOptions`.
   * @throws {InvalidOptionError} when `listener` is no function, `only` names no event, or an option is wrong.
   */
  subscribe(listener: Listener, only?: EventTypes, options?: SubscribeOptions): () => void {
    return this.#hub.subscribe(listener, only, options)
  }

  /** For telemetry: `recorder` hears how long each request waits and runs, until the function returned is called. */
  recordDurations(recorder: DurationRecorder): () => void {
    return this.#hub.record(recorder)
  }

  /**
   * Lets nobody in any more and serves those who wait; after `timeoutMs` (default 10,000) refuses the rest. Resolves
   * with how many were still running then: 0 when all was served. Rejects when an option is wrong.
   */
  drain(options: AdmissionDrainOptions = {}): Promise<{ leftover: number }> {
    return this.#drain.run(options)
  }

  /** Lets nobody in any more, refuses those who wait, and stops every timer. Idempotent. */
  close(): void {
    this.readiness.reach('draining')
    this.#core.close()
    this.#pressure.stop()
    this.held.stop()
    this.slow.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain()
  }
}
