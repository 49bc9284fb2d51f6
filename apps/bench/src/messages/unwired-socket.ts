import { Duplex } from 'node:stream'

/** A connection that nobody is at the other end of: what is written is gone. */
export class UnwiredSocket extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done()
  }

  override _writev(_chunks: unknown, done: () => void): void {
    done()
  }

  setTimeout(): this {
    return this
  }
}
