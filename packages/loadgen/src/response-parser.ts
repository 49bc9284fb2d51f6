import { ChunkedBody } from './chunked-body.ts'

const MAX_HEAD_BYTES = 64 * 1024
const MAX_KEPT_BODY_BYTES = 2048

/** What the bytes so far amount to. `broken`: not HTTP/1.1, or more bytes than one response. */
export type ParserState = 'more' | 'complete' | 'broken'

/**
 * Reads one response at a time from pieces of any size: as little of HTTP/1.1 as a load generator needs, since
 * a full client costs several times the CPU and the generator would be the bottleneck.
 */
export class ResponseParser {
  readonly #countHeader: RegExp | undefined
  #isHead = false
  #pending: Buffer | undefined
  #head = ''
  #status = 0
  #keepAlive = true
  #bodyKind: 'unknown' | 'length' | 'chunked' | 'until-close' = 'unknown'
  #bodyLeft = 0
  #chunked: ChunkedBody | undefined
  #keptBody = ''

  constructor(countHeader?: string) {
    this.#countHeader = countHeader === undefined ? undefined : headerPattern(countHeader)
  }

  get status(): number {
    return this.#status
  }

  /** Whether the connection may carry another request. */
  get keepAlive(): boolean {
    return this.#keepAlive
  }

  /** `Retry-After` in seconds; undefined when missing or a date. */
  get retryAfterS(): number | undefined {
    const value = matchHeader(this.#head, RETRY_AFTER)
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined
  }

  /** `reason` in the JSON of a refusal's body. */
  get reason(): string | undefined {
    return REASON.exec(this.#keptBody)?.[1]
  }

  get countedHeader(): string | undefined {
    return this.#countHeader && matchHeader(this.#head, this.#countHeader)
  }

  /** Makes ready for the response to the next request. */
  reset(isHead: boolean): void {
    this.#isHead = isHead
    this.#pending = undefined
    this.#bodyKind = 'unknown'
    this.#keptBody = ''
  }

  push(bytes: Buffer): ParserState {
    if (this.#bodyKind !== 'unknown') return this.#pushBody(bytes, 0)
    const all = this.#pending === undefined ? bytes : Buffer.concat([this.#pending, bytes])
    const headEnd = all.indexOf('\r\n\r\n')
    if (headEnd < 0) {
      // Copied: the caller reads the next bytes into the same memory.
      this.#pending = Buffer.from(all)
      return all.length > MAX_HEAD_BYTES ? 'broken' : 'more'
    }
    this.#pending = undefined
    if (!this.#onHead(all.toString('latin1', 0, headEnd + 2))) return 'broken'
    const rest = headEnd + 4
    // 1xx is not the answer yet: that follows.
    if (this.#status < 200) return this.push(all.subarray(rest))
    this.#chooseBody()
    return this.#pushBody(all, rest)
  }

  /** The server has closed: the end of a body without a length. */
  end(): ParserState {
    return this.#bodyKind === 'until-close' ? 'complete' : 'broken'
  }

  #onHead(head: string): boolean {
    if (!STATUS_LINE.test(head)) return false
    this.#head = head
    this.#status = Number(head.slice(9, 12))
    const connection = matchHeader(head, CONNECTION)?.toLowerCase()
    this.#keepAlive = connection !== 'close' && (head[7] === '1' || connection === 'keep-alive')
    return true
  }

  #chooseBody(): void {
    const hasNoBody = this.#isHead || this.#status === 204 || this.#status === 304
    const length = hasNoBody ? '0' : matchHeader(this.#head, CONTENT_LENGTH)
    if (!hasNoBody && matchHeader(this.#head, TRANSFER_ENCODING)?.toLowerCase() === 'chunked') {
      this.#bodyKind = 'chunked'
      this.#chunked = new ChunkedBody()
    } else if (length !== undefined) {
      this.#bodyKind = 'length'
      this.#bodyLeft = Number(length)
    } else {
      this.#bodyKind = 'until-close'
      this.#keepAlive = false
    }
  }

  #pushBody(bytes: Buffer, from: number): ParserState {
    if (this.#bodyKind === 'length') {
      if (this.#status >= 400) this.#keep(bytes.subarray(from))
      this.#bodyLeft -= bytes.length - from
      if (this.#bodyLeft === 0) return 'complete'
      return this.#bodyLeft > 0 ? 'more' : 'broken'
    }
    if (this.#bodyKind === 'until-close') {
      this.#keep(bytes.subarray(from))
      return 'more'
    }
    return this.#pushChunks(bytes, from)
  }

  #pushChunks(bytes: Buffer, from: number): ParserState {
    const body = this.#chunked as ChunkedBody
    const end = body.push(bytes, from, (data) => this.#keep(data))
    if (body.state === 'broken') return 'broken'
    if (body.state !== 'done') return 'more'
    return end === bytes.length ? 'complete' : 'broken'
  }

  #keep(data: Buffer): void {
    if (this.#status < 400 || this.#keptBody.length >= MAX_KEPT_BODY_BYTES) return
    this.#keptBody += data.toString('latin1', 0, MAX_KEPT_BODY_BYTES - this.#keptBody.length)
  }
}

const STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d[ \r]/
const REASON = /"reason"\s*:\s*"([^"\\]{1,64})"/
const CONTENT_LENGTH = headerPattern('content-length', '\\d{1,15}')
const TRANSFER_ENCODING = headerPattern('transfer-encoding')
const CONNECTION = headerPattern('connection')
const RETRY_AFTER = headerPattern('retry-after')

function headerPattern(name: string, value = '[^\\r]*?'): RegExp {
  return new RegExp(
    `\\r\\n${name.replaceAll(/[^\w-]/g, '\\$&')}:[ \\t]*(${value})[ \\t]*\\r\\n`,
    'i',
  )
}

function matchHeader(head: string, pattern: RegExp): string | undefined {
  return pattern.exec(head)?.[1]
}
