import type {
  ClientHttp2Session,
  ClientHttp2Stream,
  IncomingHttpHeaders,
  IncomingHttpStatusHeader,
} from 'node:http2'
import { until } from './until.ts'

/** One request over HTTP/2, and what has been heard of its answer. */
export class HeardStream {
  readonly stream: ClientHttp2Stream
  headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {}
  readonly #chunks: Buffer[] = []
  isOver = false

  /** @param isRead false: its body stays with the server */
  constructor(
    client: ClientHttp2Session,
    headers: Readonly<Record<string, string>>,
    isRead: boolean = true,
  ) {
    this.stream = client.request(headers)
    this.stream.on('error', () => {})
    this.stream.on('response', (received) => {
      this.headers = received
    })
    if (isRead) this.stream.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    this.stream.on('close', () => {
      this.isOver = true
    })
  }

  get statusCode(): number | undefined {
    return this.headers[':status']
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get body(): string {
    return this.bytes.toString()
  }

  hears(part: string): Promise<void> {
    return until(`the stream says ${part}`, () => this.body.includes(part))
  }

  /** True once the whole answer has come, false once it was cut off. */
  async isWhole(): Promise<boolean> {
    await until('the stream is over', () => this.isOver)
    return this.stream.rstCode === 0 && this.statusCode !== undefined
  }
}
