import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { checkInteger, checkKnownOptions, checkNumber } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import { READINESS_STATES } from '../warm-up/readiness.ts'
import type { LivenessWork } from './liveness-work.ts'

const BEAT_EVERY_MS = 100

export interface LivenessOptions {
  /** A port of its own, which nothing else listens on: 0 to 65,535, 0 for any that is free. */
  readonly port: number
  /** Default all addresses. */
  readonly host?: string | undefined
  /** The event loop counts as dead after so many milliseconds without a turn: above 0. Default 10,000. */
  readonly maxBlockedMs?: number | undefined
}

export interface Liveness {
  /** Where it listens. */
  readonly port: number
  close(): Promise<void>
}

/**
 * Answers probes from a thread of its own, also while the event loop is blocked: `/livez` with 200 until the loop
 * has stood still for `maxBlockedMs`, `/readyz` with 200 while the process is `ready()` and its loop is alive.
 * It keeps no process alive. Rejects when the port is taken.
 *
 * @throws {InvalidOptionError} (as a rejection) when an option is unknown, of the wrong type, or out of range.
 */
export async function startLiveness(
  admission: Pick<Admission, 'readiness' | 'reportError'>,
  options: LivenessOptions,
): Promise<Liveness> {
  checkKnownOptions('options', options, ['port', 'host', 'maxBlockedMs'])
  const { port, host, maxBlockedMs = 10_000 } = options
  checkInteger('port', port, { min: 0, max: 65_535 })
  checkNumber('maxBlockedMs', maxBlockedMs, { above: 0 })
  const { readiness } = admission
  const shared = new Int32Array(new SharedArrayBuffer(8))
  const tell = (): void => void Atomics.store(shared, 1, READINESS_STATES.indexOf(readiness.state))
  tell()
  const work: LivenessWork = { shared, port, host, maxBlockedMs }
  // Compiled or not, it lies beside this file and is called the same.
  const script = new URL(`./liveness-worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(script, { workerData: work })
  const listening = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  worker.on('error', (error) => admission.reportError('liveness', error))
  worker.unref()
  const timer = setInterval(() => Atomics.add(shared, 0, 1), BEAT_EVERY_MS).unref()
  const end = readiness.onChange(tell)
  return {
    port: listening,
    close: async () => {
      clearInterval(timer)
      end()
      await worker.terminate()
    },
  }
}
