import type { Admission, Clock, Dispatcher } from '@headgate/core'

// Taken when the module is loaded: a test that later fakes the globals must not stop the gate.
const { setImmediate } = globalThis
const { nextTick } = process

/** Costs less than `queueMicrotask`, which makes an async resource for each. */
const MICROTASK = Promise.resolve()

/**
 * Work is started for at least this long a turn; a job that has begun is never cut short. A refused client
 * waits for a slice and the job, or the batch of short ones, that ends it.
 */
const MIN_SLICE_MS = 1
/**
 * And for so much of the time that reading and refusing took in the same turn: where that alone fills the
 * loop, turns are long, and a slice of one millisecond in each would leave the permits unused.
 */
const SLICE_RATIO = 0.5
/**
 * As many jobs as take less than this together, by the mean of late slices, are started together. Who is in front of a
 * long one among them waits for it, as whoever comes while it runs does anyway.
 */
const BATCH_MS = 0.2
/** What more would save is not worth the harm of a mean that was wrong. */
const MAX_BATCH = 8
/** What starting a request is thought to take before the first one has been seen. */
const FIRST_START_MS = 0.05
const NEWEST_WEIGHT = 0.1

/**
 * Loop-aware dispatch: requests are started from the check phase, for a small slice of time a turn.
 *
 * A handler that runs inside the I/O callback hides the queue behind it: one poll phase works through
 * every readable socket, and while it does, nobody can count, order or refuse what the kernel holds.
 * Started from `setImmediate`, every turn of the loop first reads all there is, and so the queue is
 * seen as it is. Without a backlog the request waits for the rest of the poll phase at most.
 *
 * Within a slice each job is done before the next begins: what it left to microtasks runs between the
 * two. An async handler answers in one; were they all run after the slice, a job of one millisecond in
 * front of one of fifty would be answered after both, and be taken for a job of fifty-one. Where jobs are so short
 * that this hardly matters, a few are started together, which saves a tenth of the time that hello world takes.
 */
export class LoopDispatcher implements Dispatcher {
  readonly #clock: Clock
  #admission: Pick<Admission, 'jobs' | 'isRunnable'> | undefined = undefined
  /** From the call of `wake` until the slice it asked for is over. */
  #armed = false
  #armedMs = 0
  #beganMs = 0
  #untilMs = 0
  #started = 0
  #startMs = FIRST_START_MS
  /** The same, of what has been seen alone; 0 when nothing has. */
  #jobMs = 0
  /** How many are started together: one, until it is known how long they take. */
  #batch = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The admission that is woken. Set once, right after it is made. */
  attach(admission: Pick<Admission, 'jobs' | 'isRunnable'>): void {
    this.#admission = admission
  }

  get startMs(): number {
    return this.#startMs
  }

  get isAwake(): boolean {
    return this.#armed
  }

  wake(): void {
    if (this.#armed) return
    this.#armed = true
    this.#armedMs = this.#clock.nowMs()
    setImmediate(this.#onCheckPhase)
  }

  readonly #onCheckPhase = (): void => {
    this.#beganMs = this.#clock.nowMs()
    const sliceMs = Math.max(MIN_SLICE_MS, SLICE_RATIO * (this.#beganMs - this.#armedMs))
    this.#untilMs = this.#beganMs + sliceMs
    this.#started = 0
    this.#startNext(this.#beganMs)
  }

  #startNext(nowMs: number): void {
    const before = this.#started
    try {
      this.#startBatch(nowMs)
    } finally {
      // Also when a handler threw: in a process that survives it, the others still have their turn.
      if (this.#started > before) void MICROTASK.then(this.#afterMicrotasks)
      else this.#end(this.#clock.nowMs())
    }
  }

  /** One, and as many more as are known to be done in a moment. */
  #startBatch(beganMs: number): void {
    const jobs = this.#admission?.jobs
    let nowMs = beganMs
    let count = 0
    while (count < this.#batch && nowMs - beganMs < BATCH_MS && jobs?.startNext(nowMs)) {
      count += 1
      this.#started += 1
      if (this.#batch > 1) nowMs = this.#clock.nowMs()
    }
    if (count > 1) jobs?.endStarts(nowMs)
  }

  // A tick is taken when the microtasks have run, with all that they begot.
  readonly #afterMicrotasks = (): void => nextTick(this.#onJobsEnd)

  readonly #onJobsEnd = (): void => {
    const nowMs = this.#clock.nowMs()
    this.#admission?.jobs.endJobs(nowMs)
    if (this.#admission?.isRunnable === true && nowMs < this.#untilMs) this.#startNext(nowMs)
    else this.#end(nowMs)
  }

  #end(nowMs: number): void {
    if (this.#started > 0) {
      const startMs = Math.max((nowMs - this.#beganMs) / this.#started, 0.001)
      this.#startMs += NEWEST_WEIGHT * (startMs - this.#startMs)
      this.#jobMs += (this.#jobMs === 0 ? 1 : NEWEST_WEIGHT) * (startMs - this.#jobMs)
      this.#batch = Math.min(Math.max(Math.floor(BATCH_MS / this.#jobMs), 1), MAX_BATCH)
    }
    this.#armed = false
    if (this.#admission?.isRunnable) this.wake()
  }
}
