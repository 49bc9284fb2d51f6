import { FixedLimit, VirtualClock } from '@headgate/core'
import type { Test } from 'tap'
import {
  type Distribution,
  type Ending,
  exponential,
  InstantGate,
  Service,
  Station,
  splitRandom,
  startRenewalSource,
} from '../../src/index.ts'

export const SERVICE_MS = 10
const BATCHES = 20

export interface QueueCase {
  readonly servers: number
  /** Offered load in servers: arrival rate times service time. */
  readonly load: number
  /** Default exponential, of `SERVICE_MS`. */
  readonly work?: Distribution
  /** Gaps between arrivals, of a mean of 1, to be stretched to the load. Default exponential. */
  readonly gap?: Distribution
  /** How many may be inside, waiting included; everybody, when left out. */
  readonly room?: number
  /** Requests in each of twenty batches. Default 10,000. */
  readonly perBatch?: number
  /** Default 3. */
  readonly seed?: number
  /** Whose share of all waits is measured: those longer than this, in milliseconds. Default 0. */
  readonly longMs?: number
}

/** One value for each batch. */
export interface QueueRun {
  readonly waited: readonly number[]
  readonly waitInServices: readonly number[]
  readonly refused: readonly number[]
}

interface Batch {
  all: number
  waited: number
  refused: number
  waitMs: number
}

/** A queue by the simulator: the same engine, random source and stations that all scenarios use. */
export function simulateQueue(queue: QueueCase): QueueRun {
  const { servers, load, work = exponential(SERVICE_MS), gap = exponential(1) } = queue
  const { room = 1e9, perBatch = 10_000, longMs = 1e-6, seed = 3 } = queue
  const clock = new VirtualClock()
  const meanGapMs = SERVICE_MS / load
  const batchMs = perBatch * meanGapMs
  const batches: Batch[] = Array.from({ length: BATCHES }, () => ({
    ...{ all: 0, waited: 0, refused: 0, waitMs: 0 },
  }))
  const gate = new InstantGate({
    clock,
    limit: new FixedLimit(room),
    service: new Service(
      [{ stage: new Station(clock, servers), work }],
      splitRandom(seed, 'service'),
    ),
    timeoutMs: Number.POSITIVE_INFINITY,
    onEnd: (ending: Ending) => {
      // The first batch warms the queue up and is not counted.
      const batch = batches[Math.floor(ending.arrivedMs / batchMs) - 1]
      if (batch !== undefined) count(batch, ending, longMs)
    },
  })
  const gapMs = { mean: meanGapMs, draw: (random: () => number) => gap.draw(random) * meanGapMs }
  const parts = { clock, random: splitRandom(seed, 'arrivals') }
  startRenewalSource(parts, { gapMs, endMs: batchMs * (BATCHES + 1) }, () => gate.arrive())
  while (clock.step()) {
    // To the last answer.
  }
  return {
    waited: batches.map(({ waited, all }) => waited / all),
    waitInServices: batches.map(({ waitMs, all }) => waitMs / all / SERVICE_MS),
    refused: batches.map(({ refused, all }) => refused / all),
  }
}

function count(batch: Batch, ending: Ending, longMs: number): void {
  batch.all += 1
  if (ending.kind !== 'served') {
    batch.refused += 1
    return
  }
  const waitMs = ending.latencyMs - ending.workMs
  batch.waitMs += waitMs
  if (waitMs > longMs) batch.waited += 1
}

/** Mean of batches, and half of its 95 % confidence interval. */
export function batchMeans(batches: readonly number[]): {
  readonly mean: number
  readonly interval: number
} {
  const mean = batches.reduce((sum, value) => sum + value, 0) / batches.length
  const variance =
    batches.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches.length - 1)
  return { mean, interval: (2.09 * Math.sqrt(variance)) / Math.sqrt(batches.length) }
}

export interface Mean {
  readonly expected: number
  /** The confidence interval may be this part of it, or the run was too short to judge. Default 0.1. */
  readonly precision?: number
}

/** Within three confidence intervals of the batch means: a wrong model fails, an unlucky seed does not. */
export function checkMean(
  t: Test,
  batches: readonly number[],
  { expected, precision = 0.1 }: Mean,
): void {
  const { mean, interval } = batchMeans(batches)
  t.ok(interval < precision * expected, `precise enough to fail: ${mean} +- ${interval}`)
  t.ok(Math.abs(mean - expected) < 3 * interval, `${mean} +- ${interval}, exactly ${expected}`)
}
