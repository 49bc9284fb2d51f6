import { type LoadOptions, resolveLoadOptions } from './load-options.ts'
import type { LoadReport } from './load-report.ts'
import { LoadRun } from './load-run.ts'

/** Offers the load from this process. To measure, prefer `forkLoad`: here, the caller's own work delays requests. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  return await new LoadRun(resolveLoadOptions(options)).run()
}
