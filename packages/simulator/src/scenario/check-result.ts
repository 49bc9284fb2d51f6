import type { RunResult } from './run-scenario.ts'

/** Served in time at least this part of what an ideal limit would have served. */
const LEAST_GOODPUT_RATIO = 0.95
/** Refused at most this much more of what was offered than an ideal limit would have refused. */
const MOST_FALSE_REJECT_RATIO = 0.05

/** What a run fell short in, in words; empty when it passes. */
export function checkResult(result: RunResult): readonly string[] {
  const shortfalls: string[] = []
  if (result.goodPerSecond < LEAST_GOODPUT_RATIO * result.idealPerSecond) {
    shortfalls.push(`goodput ${result.goodPerSecond} of ${result.idealPerSecond} per second`)
  }
  if (result.rejectedRatio > result.idealRejectedRatio + MOST_FALSE_REJECT_RATIO) {
    shortfalls.push(`rejected ${result.rejectedRatio}, ideally ${result.idealRejectedRatio}`)
  }
  if (result.late > 0) shortfalls.push(`${result.late} late`)
  return shortfalls
}

/** A run in one line, for tables and test output. */
export function describeResult(result: RunResult): string {
  const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`
  const { goodPerSecond, idealPerSecond, rejectedRatio, idealRejectedRatio } = result
  return [
    `goodput ${goodPerSecond.toFixed(1)}/s of ${idealPerSecond.toFixed(1)}/s`,
    `rejected ${percent(rejectedRatio)} (ideal ${percent(idealRejectedRatio)})`,
    `late ${result.late}`,
    `p99 ${result.p99Ms.toFixed(0)} ms`,
    `limit ${result.finalLimit}`,
  ].join(', ')
}
