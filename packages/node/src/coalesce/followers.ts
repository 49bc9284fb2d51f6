import type { Candidate } from './candidate.ts'
import type { FlightKeeper } from './flight-keeper.ts'
import { Follower } from './follower.ts'
import type { SharedAnswer, StoredAnswer } from './shared-answer.ts'

const COLLAPSED = 'fwd=uri-miss; collapsed'

interface FollowersListener {
  /** The last one has left by itself, or was cut off. */
  onLastLeft(): void
  /** One of those who had enough has not any more. */
  onRoom(): void
}

/** Those who wait for one answer. What goes wrong with one of them is nothing to the others, or to who writes it. */
export class Followers<Request> {
  readonly #keeper: FlightKeeper<Request>
  readonly #onLastLeft: () => void
  readonly #all = new Set<Follower<Request>>()

  readonly #onRoom: () => void

  constructor(keeper: FlightKeeper<Request>, { onLastLeft, onRoom }: FollowersListener) {
    this.#keeper = keeper
    this.#onLastLeft = onLastLeft
    this.#onRoom = onRoom
  }

  get size(): number {
    return this.#all.size
  }

  /** With what has come of the body so far. */
  add(
    candidate: Candidate<Request>,
    answer: SharedAnswer | undefined,
    chunks: readonly Buffer[],
  ): void {
    const follower = new Follower(candidate, this.#onLeave)
    this.#all.add(follower)
    if (answer === undefined || chunks.length === 0) return
    this.#try(follower, () => this.#writeTo(follower, answer, chunks))
  }

  /** False when all have enough for now. */
  write(answer: SharedAnswer, chunk: Buffer): boolean {
    let hasRoom = this.#all.size === 0
    for (const follower of this.#all) {
      this.#try(follower, () => {
        if (this.#writeTo(follower, answer, [chunk])) hasRoom = true
      })
    }
    return hasRoom
  }

  /** The whole is there, with what came last. */
  end(answer: SharedAnswer, rest: Buffer | undefined): void {
    for (const follower of this.take()) {
      this.#try(follower, () => {
        this.#begin(follower, answer)
        follower.end(rest)
      })
    }
  }

  /** They get another answer, all of it, that was kept. None of them has anything yet. */
  endWith(answer: StoredAnswer, status: string | undefined): void {
    for (const follower of this.take()) {
      follower.candidate.admission.aside.coalesced.count('insteadOfError')
      this.#try(follower, () => {
        follower.begin(answer, { status, nowMs: this.#keeper.clock.nowMs() })
        follower.end(answer.body)
      })
    }
  }

  /** Those of whom it is true, or all. They wait for this answer no longer. */
  take(isTaken: (candidate: Candidate<Request>) => boolean = () => true): Follower<Request>[] {
    const taken = [...this.#all].filter(({ candidate }) => isTaken(candidate))
    for (const follower of taken) this.#all.delete(follower)
    return taken
  }

  /** The answer will not come to its end. Those who have nothing of it yet wait no longer, and may go elsewhere. */
  release(isReleased?: (candidate: Candidate<Request>) => boolean): Candidate<Request>[] {
    const released: Candidate<Request>[] = []
    for (const follower of this.take(isReleased)) {
      const { candidate } = follower
      if (follower.hasBegun) this.#cutOff(follower)
      else {
        follower.release()
        candidate.admission.aside.coalesced.count('released')
        candidate.admission.aside.refund(candidate.asked)
        released.push(candidate)
      }
    }
    return released
  }

  /** False when it has enough for now, or was cut off. */
  #writeTo(follower: Follower<Request>, answer: SharedAnswer, chunks: readonly Buffer[]): boolean {
    this.#begin(follower, answer)
    let hasRoom = true
    for (const chunk of chunks) {
      hasRoom = follower.write(chunk, this.#onRoom)
      if (hasRoom || follower.lagBytes <= this.#keeper.options.maxBodyBytes) continue
      this.#cutOff(follower)
      return false
    }
    return hasRoom
  }

  #begin(follower: Follower<Request>, answer: SharedAnswer): void {
    if (follower.hasBegun) return
    const { options, clock } = this.#keeper
    follower.candidate.admission.aside.coalesced.count('collapsed')
    const status = options.cacheStatus ? COLLAPSED : undefined
    follower.begin(answer, { status, nowMs: clock.nowMs() })
  }

  #cutOff(follower: Follower<Request>): void {
    const wasLast = this.#all.delete(follower) && this.#all.size === 0
    follower.candidate.admission.aside.coalesced.count('cutOff')
    follower.cutOff()
    if (wasLast) this.#onLastLeft()
  }

  #try(follower: Follower<Request>, act: () => void): void {
    try {
      act()
    } catch (error) {
      follower.candidate.admission.reportError('coalesce', error)
      this.#cutOff(follower)
    }
  }

  readonly #onLeave = (follower: Follower<Request>): void => {
    if (this.#all.delete(follower) && this.#all.size === 0) this.#onLastLeft()
  }
}
