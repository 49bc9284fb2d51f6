/** Parsed headers: names in lower case, a header that came several times as a list. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>

/** What undici hands to a handler, to hold a response back or to abort it. */
export interface Controller {
  readonly aborted: boolean
  readonly paused: boolean
  readonly reason: Error | null
  /** Names and values in turn. Writable, since other interceptors replace them. */
  rawHeaders?: RawHeaders | undefined
  rawTrailers?: RawHeaders | undefined
  abort(reason: Error): void
  pause(): void
  resume(): void
}

export type RawHeaders = readonly unknown[] | Record<string, unknown> | null

/** The protocol between undici 7 or 8 and whoever handles a response. */
export interface Handler {
  onRequestStart(controller: Controller, context: unknown): void
  onRequestUpgrade?(
    controller: Controller,
    statusCode: number,
    headers: ResponseHeaders,
    socket: unknown,
  ): void
  onResponseStarted?(): void
  onResponseStart?(
    controller: Controller,
    statusCode: number,
    headers: ResponseHeaders,
    statusMessage?: string,
  ): void
  onResponseData?(controller: Controller, chunk: Uint8Array): void
  onResponseEnd?(controller: Controller, trailers: ResponseHeaders): void
  onResponseError?(controller: Controller | null | undefined, error: Error): void
  onBodySent?(chunk: unknown): void
  onRequestSent?(): void
}

/** As much of undici's dispatch options as is read here; the rest is passed on. */
export interface DispatchOptions {
  readonly path: string
  readonly method: string
  readonly origin?: string | URL | undefined
  readonly body?: unknown
  readonly headers?: unknown
  readonly upgrade?: boolean | string | null | undefined
}

export type Dispatch = (options: DispatchOptions, handler: Handler) => boolean

/** As much of an undici dispatcher, of whichever major, as is needed. */
export interface DispatcherLike {
  // biome-ignore lint/suspicious/noExplicitAny: each major of undici has types of its own, which do not fit each other.
  dispatch(options: any, handler: any): boolean
  close(): Promise<void>
}
