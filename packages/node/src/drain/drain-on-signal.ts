import { constants } from 'node:os'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { InvalidOptionError } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import { checkAdmission } from '../admission/check-admission.ts'
import {
  checkDrainOnSignalOptions,
  type DrainOnSignalOptions,
  resolveDrain,
} from './drain-options.ts'
import type { DrainReport } from './drain-report.ts'
import { drainServer } from './drain-server.ts'
import { addDrain, drainsToEnd } from './drains-under-way.ts'
import { type HttpServer, openConnections } from './open-connections.ts'

/** What can be drained: a server, or an app that has one and closes it by itself, such as Fastify's. */
export type Drainable =
  | HttpServer
  | { readonly server: HttpServer; readonly close: () => PromiseLike<unknown> }

/** A drain that waits for its signal. */
export interface SignalDrain {
  /** Begins now, as if the signal had come. The second call, and a signal, find the same drain. */
  start(): Promise<DrainReport>
  /** Waits for no signal any more. A drain that has begun goes on. */
  stop(): void
}

/**
 * Ends the process in good order when it is told to: `SIGTERM` or `SIGINT` ends readiness at once, the server
 * serves on for `drainDelayMs`, then lets its connections end one by one, then serves who is still there, and the
 * process exits with code 0. A second signal exits at once, with 128 and the signal's number. With several servers
 * call it for each: the process exits once all that were told to go have ended.
 *
 * ```ts
 * drainOnSignal(server, admission, { drainDelayMs: 10_000, onDrained: () => pool.end() })
 * ```
 *
 * Call it before the server listens: connections that were there before are closed all the same, but not told
 * that their answer is the last.
 *
 * @throws {InvalidOptionError} when `server` or `admission` is none, or an option is unknown, of the wrong type,
 *   or out of range.
 */
export function drainOnSignal(
  drainable: Drainable,
  admission: Admission,
  options: DrainOnSignalOptions = {},
): SignalDrain {
  checkDrainOnSignalOptions(options)
  const { exit = true } = options
  // Told twice, one signal would be its own second.
  const signals = new Set(options.signals ?? ['SIGTERM', 'SIGINT'])
  const server = serverOf(drainable)
  checkAdmission(admission)
  openConnections(server)
  const resolved = resolveDrain(options, admission.drainDelayMs)
  let drain: Promise<DrainReport> | undefined

  const onError = (error: unknown): void => admission.reportError('onDrained', error)
  const run = async (): Promise<DrainReport> => {
    const close = (): Promise<void> => closeOf(drainable, server, onError)
    const report = await drainServer(server, { admission, close }, resolved)
    try {
      const done = Promise.resolve(options.onDrained?.(report))
      await Promise.race([done, sleep(resolved.timeoutMs, undefined, { ref: false })])
    } catch (error) {
      onError(error)
    }
    return report
  }
  const start = (): Promise<DrainReport> => {
    if (drain === undefined) {
      drain = run()
      addDrain(drain)
    }
    return drain
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    // Whoever asks twice does not want to wait.
    if (drain !== undefined) process.exit(128 + constants.signals[signal])
    void start().then(async () => {
      if (!exit) return
      await drainsToEnd()
      // What `onDrained` threw may be a warning, which is written in a tick of its own.
      await nextTurn()
      process.exit(0)
    })
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    start,
    stop: () => {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}

function serverOf(drainable: Drainable): HttpServer {
  const isApp = 'server' in Object(drainable)
  const server = isApp ? (drainable as { server: unknown }).server : drainable
  // An app listens as well, but only what it then returns can be closed. One that has its server must close by itself.
  if (isServer(server) && (!isApp || canClose(drainable))) return server
  throw new InvalidOptionError(
    'server',
    'what createServer() or app.listen() returned, or an app with a server and a close() of its own',
    drainable,
  )
}

function isServer(value: unknown): value is HttpServer {
  return canClose(value) && typeof (value as Partial<HttpServer>).listen === 'function'
}

function canClose(value: unknown): value is { close: unknown } {
  return typeof (value as { close?: unknown } | undefined | null)?.close === 'function'
}

/** Never rejects: a server that was closed already is what was asked for. */
async function closeOf(
  drainable: Drainable,
  server: HttpServer,
  onError: (error: unknown) => void,
): Promise<void> {
  if (!('server' in drainable)) return new Promise<void>((resolve) => server.close(() => resolve()))
  try {
    await drainable.close()
  } catch (error) {
    onError(error)
  }
}
