import type { LoadOptions } from './load-options.ts'
import type { LoadProgress, LoadReport } from './load-report.ts'
import { runLoad } from './run-load.ts'

/** What the generator's process tells the one that started it. */
export type LoadChildMessage =
  | { readonly kind: 'progress'; readonly progress: LoadProgress }
  | { readonly kind: 'report'; readonly report: LoadReport }
  | { readonly kind: 'error'; readonly error: string }

function tell(message: LoadChildMessage): void {
  // Whoever started this process may be gone already.
  if (process.connected) process.send?.(message)
}

process.once('message', (options: LoadOptions) => {
  runLoad({ ...options, onProgress: (progress) => tell({ kind: 'progress', progress }) }).then(
    (report) => tell({ kind: 'report', report }),
    (error: unknown) => tell({ kind: 'error', error: String(error) }),
  )
})
// Whoever wanted the result is gone: do not go on loading the server.
process.once('disconnect', () => process.exit())
