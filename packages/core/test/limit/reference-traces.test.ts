import { createHash } from 'node:crypto'
import t from 'tap'
import { AimdLimit } from '../../src/limit/aimd-limit.ts'
import { GradientLimit } from '../../src/limit/gradient-limit.ts'
import { Gradient2Limit } from '../../src/limit/gradient2-limit.ts'
import type { Limit } from '../../src/limit/limit.ts'
import { VegasLimit } from '../../src/limit/vegas-limit.ts'
import { WindowedLimit } from '../../src/limit/windowed-limit.ts'
import {
  packTraces,
  type ReferenceTraces,
  readReferenceTraces,
  type Trace,
  unpackTraces,
} from '../fixtures/reference-traces/trace-archive.ts'

type Params = Trace['params']

const reference = readReferenceTraces()

t.test('the fixture is whole and unedited', async (t) => {
  const { samples, traces } = reference
  t.equal(traces.length, 96, '12 variants in 8 scenarios')
  t.equal(new Set(traces.map(({ variant }) => variant)).size, 12)
  t.equal(new Set(traces.map(({ scenario }) => scenario)).size, 8)
  t.equal(new Set(traces.map(({ variant, scenario }) => `${variant} ${scenario}`)).size, 96)
  t.equal(Object.keys(samples).length, 19)
  // Of the JSON that the original files were compared with, byte for byte, when this was packed.
  const text = JSON.stringify(reference)
  const digest = createHash('sha256').update(text).digest('hex')
  t.equal(digest, '967cb19e335c7da96c3dfa5ee97a592f0a63b3108ca7f534f3239dde4753e564')
  t.equal(JSON.stringify(unpackTraces(packTraces(reference))) === text, true, 'packs and unpacks')
})

t.test('every limit answers as the original did, after every sample', async (t) => {
  let steps = 0
  for (const trace of reference.traces) {
    const { variant, scenario, limits } = trace
    const differences = replay(trace, reference, newLimit(variant, trace.params))
    t.comment(`${variant} / ${scenario}: ${differences} differences in ${limits.length} samples`)
    t.equal(differences, 0, `${variant} / ${scenario}`)
    steps += limits.length
  }
  t.equal(steps, 116_808, 'samples replayed in all')
})

t.test('a constant that is slightly wrong is noticed', async (t) => {
  const detects = (variant: string, scenario: string, limit: Limit): void => {
    const trace = reference.traces.find((it) => it.variant === variant && it.scenario === scenario)
    if (trace === undefined) throw new Error(`no trace ${variant} / ${scenario}`)
    t.not(replay(trace, reference, limit), 0, `${variant} / ${scenario}`)
  }
  detects('gradient2-default', 'lognormal', new Gradient2Limit({ longWindow: 599 }))
  detects('aimd-default', 'drop-bursts', new AimdLimit({ backoffRatio: 0.91 }))
  detects('vegas-noprobe', 'steady', new VegasLimit({ initialLimit: 21 }))
})

/** How often the limit differs from the trace. */
function replay(trace: Trace, { samples }: ReferenceTraces, limit: Limit): number {
  const rows = samples[trace.samples]
  if (rows === undefined || rows.length !== trace.limits.length || rows.length === 0) {
    throw new Error(`${trace.samples} does not fit ${trace.variant} / ${trace.scenario}`)
  }
  let differences = 0
  for (const [index, [startNs, latencyNs, inFlight, overloaded]] of rows.entries()) {
    limit.onSample({ startNs, latencyNs, inFlight, overloaded })
    if (limit.current !== trace.limits[index]) differences += 1
  }
  return differences
}

/** The limit under our option names; constants that the trace does not name are our own defaults. */
function newLimit(variant: string, params: Params): Limit {
  const algorithm = variant.split('-')[0]
  if (algorithm === 'aimd') return newAimd(params)
  if (algorithm === 'vegas') return newVegas(params)
  if (algorithm === 'gradient') return newGradient(params)
  if (algorithm === 'gradient2') return newGradient2(params)
  if (algorithm === 'windowed') return newWindowed(params)
  throw new Error(`unknown variant ${variant}`)
}

function newAimd(params: Params): Limit {
  return new AimdLimit({
    initialLimit: number(params, 'initialLimit'),
    minLimit: number(params, 'minLimit'),
    maxLimit: number(params, 'maxLimit'),
    backoffRatio: number(params, 'backoffRatio'),
    timeoutMs: number(params, 'timeoutNanos') / 1e6,
  })
}

function newVegas(params: Params): Limit {
  const options = {
    initialLimit: number(params, 'initialLimit'),
    maxLimit: number(params, 'maxConcurrency'),
    smoothing: number(params, 'smoothing'),
    probeMultiplier: number(params, 'probeMultiplier'),
  }
  const jitter = params.pinnedProbeJitter ?? 0.5
  return new VegasLimit(options, { random: () => (Number(jitter) - 0.5) * 2 })
}

function newGradient(params: Params): Limit {
  const options = {
    initialLimit: number(params, 'initialLimit'),
    minLimit: number(params, 'minLimit'),
    maxLimit: number(params, 'maxConcurrency'),
    smoothing: number(params, 'smoothing'),
    latencyTolerance: number(params, 'rttTolerance'),
    backoffRatio: number(params, 'backoffRatio'),
    // With the draw at its lowest the countdown is the interval itself.
    probeInterval: Number(params.pinnedResetRttCounter ?? number(params, 'probeInterval')),
  }
  return new GradientLimit(options, { random: () => 0 })
}

function newGradient2(params: Params): Limit {
  return new Gradient2Limit({
    initialLimit: number(params, 'initialLimit'),
    minLimit: number(params, 'minLimit'),
    maxLimit: number(params, 'maxConcurrency'),
    smoothing: number(params, 'smoothing'),
    queueSize: number(params, 'queueSize'),
    longWindow: number(params, 'longWindow'),
    warmupSamples: number(params, 'warmupWindow'),
    latencyTolerance: number(params, 'rttTolerance'),
  })
}

function newWindowed(params: Params): Limit {
  const delegate = String(params.delegate)
  const like = reference.traces.find(({ variant }) => variant === delegate)
  if (like === undefined) throw new Error(`no trace of ${delegate}`)
  return new WindowedLimit(newLimit(delegate, like.params), {
    minWindowMs: number(params, 'minWindowTimeNanos') / 1e6,
    maxWindowMs: number(params, 'maxWindowTimeNanos') / 1e6,
    minSamples: number(params, 'windowSize'),
    minLatencyUs: number(params, 'minRttThresholdNanos') / 1e3,
    statistic: statistic(String(params.sampleWindow)),
  })
}

function statistic(text: string): 'average' | { percentile: number; capacity: number } {
  if (text === 'average') return text
  const match = /^percentile\((.+), capacity (\d+)\)$/.exec(text)
  if (match === null) throw new Error(`unknown sample window ${text}`)
  return { percentile: Number(match[1]), capacity: Number(match[2]) }
}

function number(params: Params, name: string): number {
  const value = params[name]
  if (typeof value !== 'number') throw new Error(`${name} is missing in the trace`)
  return value
}
