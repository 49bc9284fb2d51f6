import t from 'tap'
import {
  AIMD_LIMIT_DEFAULTS,
  AimdLimit,
  FixedLimit,
  GRADIENT_LIMIT_DEFAULTS,
  GRADIENT2_LIMIT_DEFAULTS,
  Gradient2Limit,
  GradientLimit,
  InvalidOptionError,
  VEGAS_LIMIT_DEFAULTS,
  VegasLimit,
  WINDOWED_LIMIT_DEFAULTS,
  WindowedLimit,
} from '../../src/index.ts'

type Options = Readonly<Record<string, unknown>>

const LIMITS = {
  aimd: { make: (options?: Options) => new AimdLimit(options), defaults: AIMD_LIMIT_DEFAULTS },
  vegas: { make: (options?: Options) => new VegasLimit(options), defaults: VEGAS_LIMIT_DEFAULTS },
  gradient: {
    make: (options?: Options) => new GradientLimit(options),
    defaults: GRADIENT_LIMIT_DEFAULTS,
  },
  gradient2: {
    make: (options?: Options) => new Gradient2Limit(options),
    defaults: GRADIENT2_LIMIT_DEFAULTS,
  },
  windowed: {
    make: (options?: Options) => new WindowedLimit(new FixedLimit(20), options),
    defaults: WINDOWED_LIMIT_DEFAULTS,
  },
}

const NO_NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  '5',
  null,
  true,
  {},
]

/** Out of range for each option, beside what is no number at all. */
const OUT_OF_RANGE: Readonly<Record<string, readonly unknown[]>> = {
  initialLimit: [0, -1, 1.5, 5000],
  minLimit: [0, -1, 1.5, 2 ** 53],
  maxLimit: [0, -1, 1.5, 2 ** 53],
  smoothing: [0, -0.1, 1.1],
  backoffRatio: [0.49, 1, -1, 1.5],
  timeoutMs: [0, -1],
  probeMultiplier: [0, -1, 1.5],
  queueSize: [0, -1, 1.5, () => Number.NaN],
  latencyTolerance: [0, 0.99, -1],
  probeInterval: [0, -2, 1.5],
  longWindow: [0, -1, 1.5],
  warmupSamples: [0, -1, 1.5],
  minWindowMs: [0, 99, -1],
  maxWindowMs: [0, 99, 999, -1],
  minSamples: [0, 9, 10.5, -1],
  minLatencyUs: [-1],
  statistic: ['mean', 'p90', 0.9, []],
}

/** The contract of the design, by algorithm. */
const CONTRACT = {
  aimd: ['initialLimit', 'minLimit', 'maxLimit', 'smoothing', 'backoffRatio', 'timeoutMs'],
  vegas: ['initialLimit', 'minLimit', 'maxLimit', 'smoothing', 'probeMultiplier'],
  gradient: [
    ...['initialLimit', 'minLimit', 'maxLimit', 'smoothing', 'queueSize', 'latencyTolerance'],
    ...['probeInterval', 'backoffRatio'],
  ],
  gradient2: [
    ...['initialLimit', 'minLimit', 'maxLimit', 'smoothing', 'queueSize', 'latencyTolerance'],
    ...['longWindow', 'warmupSamples'],
  ],
  windowed: ['minWindowMs', 'maxWindowMs', 'minSamples', 'minLatencyUs', 'statistic'],
}

for (const [name, { make, defaults }] of Object.entries(LIMITS)) {
  t.test(`${name}: has the options of the contract, each with a default`, async (t) => {
    t.same(Object.keys(defaults).sort(), [...CONTRACT[name as keyof typeof CONTRACT]].sort())
    t.ok(Object.isFrozen(defaults))
    t.equal(make().current, make({ ...defaults }).current)
  })

  t.test(`${name}: an option that is undefined means its default`, async (t) => {
    const undefineds = Object.fromEntries(
      Object.keys(defaults).map((option) => [option, undefined]),
    )
    t.same(make(undefineds).snapshot(), make().snapshot())
    t.same(make(undefined).snapshot(), make().snapshot())
  })

  t.test(`${name}: a wrong option is refused by its name`, async (t) => {
    for (const option of Object.keys(defaults)) {
      for (const bad of [...NO_NUMBERS, ...(OUT_OF_RANGE[option] ?? [])]) {
        const error = thrownBy(() => make({ [option]: bad }))
        const isRight =
          error instanceof InvalidOptionError &&
          error.code === 'HG_ERR_OPTION' &&
          error.option.split('.')[0] === option &&
          error.message.startsWith(`${error.option} must be `)
        t.ok(isRight, `${option}: ${String(bad)}`)
      }
    }
  })

  t.test(`${name}: a misspelt option, or no object, is refused`, async (t) => {
    t.match(
      thrownBy(() => make({ minLimits: 5 })),
      { code: 'HG_ERR_OPTION', message: /minLimits/ },
    )
    for (const bad of [null, 5, 'fast', [], true]) {
      t.match(
        thrownBy(() => make(bad as never)),
        { code: 'HG_ERR_OPTION', option: 'options' },
      )
    }
  })
}

t.test('every option in range is accepted', async (t) => {
  t.doesNotThrow(() => {
    new AimdLimit({ minLimit: 1, maxLimit: 1, backoffRatio: 0.5, smoothing: 1, timeoutMs: 0.1 })
    new VegasLimit({ maxLimit: Number.MAX_SAFE_INTEGER, probeMultiplier: 1, smoothing: 0.01 })
    new GradientLimit({ probeInterval: -1, queueSize: 1, latencyTolerance: 1 })
    new GradientLimit({ probeInterval: 1, queueSize: (limit) => limit, backoffRatio: 0.999 })
    new Gradient2Limit({ longWindow: 1, warmupSamples: 1, queueSize: () => 0 })
    new WindowedLimit(new FixedLimit(1), { minWindowMs: 100, maxWindowMs: 100, minLatencyUs: 0 })
    new WindowedLimit(new FixedLimit(1), { minWindowMs: 5000 })
    new WindowedLimit(new FixedLimit(1), { statistic: { percentile: 0.5, capacity: 10 } })
  })
})

t.test('the percentile of a window is checked by part', async (t) => {
  const refuses = (statistic: unknown, option: string): void => {
    t.match(
      thrownBy(() => new WindowedLimit(new FixedLimit(1), { statistic } as never)),
      { option },
    )
  }
  for (const percentile of [0, 1, 90, -1, Number.NaN, undefined]) {
    refuses({ percentile, capacity: 100 }, 'statistic.percentile')
  }
  // Fewer than `minSamples` would never fill a window.
  for (const capacity of [0, 9, 10.5, 1e6 + 1, undefined]) {
    refuses({ percentile: 0.5, capacity }, 'statistic.capacity')
  }
  refuses({ percentile: 0.5, capacity: 100, window: 5 }, 'statistic')
  refuses({}, 'statistic.percentile')
})

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}
