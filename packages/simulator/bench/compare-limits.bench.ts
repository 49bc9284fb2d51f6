/**
 * Prints how each limit does in each scenario, over several seeds: the tables of
 * docs/algorithms/adaptive-limit.md.
 *
 *     node dist/bench/compare-limits.bench.js [twelve | turning | mixed | node | recovery] [seeds] [limit …]
 */
import {
  AdaptiveLimit,
  AimdLimit,
  FixedLimit,
  Gradient2Limit,
  GradientLimit,
  type Limit,
  VegasLimit,
  WindowedLimit,
} from '@headgate/core'
import {
  checkResult,
  poolScenario,
  type RunResult,
  recoveryScenario,
  runScenario,
  type Scenario,
  splitRandom,
  TURNING_SCENARIOS,
  TWELVE_SCENARIOS,
  webScenario,
} from '../src/index.ts'
import { MIXED_SCENARIOS } from '../src/scenario/mixed-scenarios.ts'

type MakeLimit = (utilization: () => number, seed: number) => Limit

const LIMITS: Readonly<Record<string, MakeLimit>> = {
  adaptive: (utilization) => new AdaptiveLimit({}, { utilization }),
  'adaptive-blind': () => new AdaptiveLimit(),
  'fixed-20': () => new FixedLimit(20),
  'fixed-40': () => new FixedLimit(40),
  'fixed-200': () => new FixedLimit(200),
  aimd: () => new AimdLimit(),
  vegas: (_, seed) => new VegasLimit({}, { random: splitRandom(seed, 'limit') }),
  'windowed-vegas': (_, seed) =>
    new WindowedLimit(new VegasLimit({}, { random: splitRandom(seed, 'limit') })),
  gradient: (_, seed) => new GradientLimit({}, { random: splitRandom(seed, 'limit') }),
  gradient2: () => new Gradient2Limit(),
  'windowed-gradient2': () => new WindowedLimit(new Gradient2Limit()),
}

const OVERLOADS = [2, 5, 10]

const NODE_SCENARIOS: readonly Scenario[] = [
  ...[0.5, 1, ...OVERLOADS].flatMap((factor) => [
    poolScenario(factor),
    poolScenario(factor, { room: true }),
  ]),
  ...[4, 10, 50, 100].map((connections) => poolScenario(5, { connections, room: true })),
  ...[0.5, 2, 5].flatMap((factor) => [webScenario(factor), webScenario(factor, { room: true })]),
]

const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  twelve: TWELVE_SCENARIOS,
  turning: TURNING_SCENARIOS,
  mixed: MIXED_SCENARIOS,
  node: NODE_SCENARIOS,
  recovery: NODE_SCENARIOS.filter(({ load, capacityPerSecond }) =>
    OVERLOADS.some((factor) => load[0]?.perSecond === capacityPerSecond * factor),
  ).map((scenario) => {
    const perSecond = scenario.load[0]?.perSecond ?? 0
    return recoveryScenario(scenario, perSecond / scenario.capacityPerSecond)
  }),
}

const [group = 'twelve', seedCount = '5', ...limitNames] = process.argv.slice(2)
const names = limitNames.length > 0 ? limitNames : Object.keys(LIMITS)
print(
  'scenario | limit | passed | goodput/ideal | false rejects, points | late | p99 ms | final limit',
)
for (const scenario of SCENARIOS[group] ?? []) {
  for (const name of names) compare(scenario, name, Number(seedCount))
}

function compare(scenario: Scenario, name: string, seeds: number): void {
  const makeLimit = LIMITS[name]
  if (makeLimit === undefined) throw new Error(`no limit ${name}: ${Object.keys(LIMITS)}`)
  const results: RunResult[] = []
  for (let seed = 1; seed <= seeds; seed += 1) {
    const result = runScenario(scenario, {
      seed,
      makeLimit: (utilization) => makeLimit(utilization, seed),
    })
    results.push(result)
  }
  const passed = results.filter((result) => checkResult(result).length === 0).length
  const cells = [
    scenario.name,
    name,
    `${passed}/${seeds}`,
    spread(results, (result) => result.goodPerSecond / result.idealPerSecond, 3),
    spread(results, (result) => 100 * (result.rejectedRatio - result.idealRejectedRatio), 1),
    spread(results, (result) => result.late, 0),
    spread(results, (result) => result.p99Ms, 0),
    spread(results, (result) => result.finalLimit, 0),
  ]
  print(cells.join(' | '))
}

function spread(
  results: readonly RunResult[],
  value: (result: RunResult) => number,
  digits: number,
): string {
  const values = results.map(value)
  const least = Math.min(...values).toFixed(digits)
  const most = Math.max(...values).toFixed(digits)
  return least === most ? least : `${least}..${most}`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
