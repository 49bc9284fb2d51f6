import type { ServerResponse } from 'node:http'
import { constants } from 'node:http2'
import type { RawResponse } from '../http/raw-message.ts'
import { type ResponseWatcher, watchResponse } from '../http/response-watch.ts'
import type { Candidate } from './candidate.ts'
import type { SharedAnswer } from './shared-answer.ts'
import { endWith, type Provenance, writeHead } from './write-answer.ts'

/** A request that waits for the answer to another, and gets it as it comes. */
export class Follower<Request> implements ResponseWatcher {
  readonly candidate: Candidate<Request>
  readonly #onLeave: (follower: Follower<Request>) => void
  #hasBegun = false
  #hasBody = true
  #isGone = false
  #isFull = false

  constructor(candidate: Candidate<Request>, onLeave: (follower: Follower<Request>) => void) {
    this.candidate = candidate
    this.#onLeave = onLeave
    candidate.admission.aside.coalesced.onWait()
    watchResponse(candidate.response, this)
  }

  /** Its client has the head, or part of it. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  onResponseOver(): void {
    if (this.#isGone) return
    this.release()
    this.#onLeave(this)
  }

  /** It waits no longer: what its response does now is not heard here. */
  release(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.candidate.admission.aside.coalesced.onWaited()
  }

  begin(answer: SharedAnswer, provenance: Provenance): void {
    const { candidate } = this
    this.#hasBegun = true
    candidate.takeOver()
    this.#hasBody = writeHead(candidate, answer, provenance)
    if (candidate.raw.method === 'HEAD') this.#hasBody = false
  }

  /** False when its client has enough for now: `onRoom` is called once it has not. */
  write(chunk: Buffer, onRoom: () => void): boolean {
    if (!this.#hasBody) return true
    const response = this.candidate.response as ServerResponse
    const hasRoom = response.write(chunk)
    if (hasRoom || this.#isFull) return hasRoom
    this.#isFull = true
    response.once('drain', () => {
      this.#isFull = false
      onRoom()
    })
    return false
  }

  /** How many bytes its client has not taken yet. */
  get lagBytes(): number {
    const { response } = this.candidate
    return 'stream' in response ? response.stream.writableLength : response.writableLength
  }

  end(rest?: Buffer): void {
    this.release()
    endWith(this.candidate.response, this.#hasBody ? rest : undefined)
  }

  /** Nothing can be made good any more: its client must not take what it has for the whole. */
  cutOff(): void {
    this.release()
    cutOff(this.candidate.response)
  }
}

function cutOff(response: RawResponse): void {
  if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  else response.destroy()
}
