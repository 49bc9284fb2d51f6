import type { Clock } from '../../src/time/clock.ts'

/** A clock that says what the test wants it to, nonsense included. */
export class MovableClock implements Clock {
  ms = 0

  nowMs(): number {
    return this.ms
  }

  schedule(): () => void {
    throw new Error('a rate needs no timer')
  }
}
