import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { forkPinned } from './fork-pinned.ts'
import type { LoadChildMessage } from './load-child.ts'
import { type LoadOptions, resolveLoadOptions } from './load-options.ts'
import type { LoadReport } from './load-report.ts'

export interface ForkLoadOptions extends LoadOptions {
  /** Core to pin the generator to. Default: any. */
  readonly cpu?: number | undefined
}

/** Offers the load from a process of its own. Rejects when that fails or ends early. */
export async function forkLoad(options: ForkLoadOptions): Promise<LoadReport> {
  const { cpu, onProgress, ...load } = options
  resolveLoadOptions(load)
  const modulePath = fileURLToPath(
    new URL(`./load-child${extname(import.meta.url)}`, import.meta.url),
  )
  const child = forkPinned(modulePath, { cpu })
  try {
    return await new Promise<LoadReport>((resolve, reject) => {
      child.on('message', (message: LoadChildMessage) => {
        if (message.kind === 'progress') onProgress?.(message.progress)
        else if (message.kind === 'report') resolve(message.report)
        else reject(new Error(message.error))
      })
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        reject(new Error(`the load generator ended early: ${signal ?? `exit code ${code}`}`))
      })
      child.send(load)
    })
  } finally {
    child.kill()
  }
}
