const CR = 13
const LF = 10
const SEMICOLON = 59
const SPACE = 32

type ChunkedState = 'size' | 'extension' | 'data' | 'data-end' | 'trailer' | 'done' | 'broken'

/** Finds the end of a body in chunked transfer coding (RFC 9112, 7.1), fed in pieces of any size. */
export class ChunkedBody {
  #state: ChunkedState = 'size'
  #size = 0
  #digits = 0
  #lineLength = 0

  get state(): ChunkedState {
    return this.#state
  }

  /**
   * Reads `bytes` from `from` on, hands data to `onData`, and returns the index after the last byte it took:
   * short of the end only when the body is done or broken.
   */
  push(bytes: Buffer, from: number, onData: (data: Buffer) => void): number {
    let at = from
    while (at < bytes.length && this.#state !== 'done' && this.#state !== 'broken') {
      if (this.#state === 'data') {
        const end = Math.min(bytes.length, at + this.#size)
        onData(bytes.subarray(at, end))
        this.#size -= end - at
        at = end
        if (this.#size === 0) this.#state = 'data-end'
      } else {
        this.#onByte(bytes[at] as number)
        at += 1
      }
    }
    return at
  }

  #onByte(byte: number): void {
    if (this.#state === 'size') this.#onSizeByte(byte)
    else if (this.#state === 'extension') {
      if (byte === LF) this.#onSizeLineEnd()
    } else if (this.#state === 'data-end') {
      if (byte === LF) this.#state = 'size'
      else if (byte !== CR) this.#state = 'broken'
    } else this.#onTrailerByte(byte)
  }

  #onSizeByte(byte: number): void {
    const digit = hexDigit(byte)
    if (digit >= 0 && this.#digits < 8) {
      this.#size = this.#size * 16 + digit
      this.#digits += 1
    } else if (this.#digits === 0) this.#state = 'broken'
    else if (byte === LF) this.#onSizeLineEnd()
    else if (byte === CR || byte === SEMICOLON || byte === SPACE) this.#state = 'extension'
    else this.#state = 'broken'
  }

  #onSizeLineEnd(): void {
    this.#state = this.#size === 0 ? 'trailer' : 'data'
    this.#digits = 0
    this.#lineLength = 0
  }

  #onTrailerByte(byte: number): void {
    if (byte === LF) {
      if (this.#lineLength === 0) this.#state = 'done'
      this.#lineLength = 0
    } else if (byte !== CR) this.#lineLength += 1
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
