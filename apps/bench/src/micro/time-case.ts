import type { MicroCase, MicroResult } from './micro-case.ts'

const TIMES = 100_000
const WARM_UP_ROUNDS = 3
const ROUNDS = 7

/** Each round by itself: their median and spread are what is told. */
export async function timeCase({
  task,
  name,
  run,
  times = TIMES,
}: MicroCase): Promise<readonly MicroResult[]> {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await run(times)
  const results: MicroResult[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = process.hrtime.bigint()
    await run(times)
    results.push({ task, name, nsPerOp: Number(process.hrtime.bigint() - begin) / times })
  }
  return results
}
