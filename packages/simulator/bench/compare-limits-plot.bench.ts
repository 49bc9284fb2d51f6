/**
 * Draws what limits do over the time of a scenario: the plots of docs/algorithms/adaptive-limit.md.
 *
 *     node dist/bench/compare-limits-plot.bench.js ../../docs/algorithms/adaptive-limit
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import {
  AdaptiveLimit,
  Gradient2Limit,
  type Limit,
  type Sample,
  VegasLimit,
  WindowedLimit,
} from '@headgate/core'
import {
  runScenario,
  type Scenario,
  splitRandom,
  TURNING_SCENARIOS,
  TWELVE_SCENARIOS,
} from '../src/index.ts'
import { MIXED_SCENARIOS } from '../src/scenario/mixed-scenarios.ts'

interface Plot {
  readonly file: string
  readonly scenario: string
  readonly fromMs: number
  readonly toMs: number
  /** What the service can carry, and when that or the load changes. */
  readonly changeMs: number
}

const PLOTS: readonly Plot[] = [
  {
    file: 'cheap-then-dear',
    scenario: 'cheap then dear 5x',
    fromMs: 4000,
    toMs: 12_000,
    changeMs: 5000,
  },
  { file: 'pool-shrinks', scenario: 'L', fromMs: 50_000, toMs: 110_000, changeMs: 60_000 },
  { file: 'io-slows', scenario: 'F', fromMs: 50_000, toMs: 110_000, changeMs: 60_000 },
  { file: 'cpu-then-io', scenario: 'Q', fromMs: 50_000, toMs: 110_000, changeMs: 60_000 },
]

const SEED = 1
/** Points along the time axis. */
const POINTS = 100
const WIDTH = 640
const PANEL = { height: 120, top: 40, gap: 44, left: 48 }
const HEIGHT = PANEL.top + 2 * PANEL.height + PANEL.gap + 28

const LINES: readonly { name: string; colour: string; make: (u: () => number) => Limit }[] = [
  {
    name: 'windowed Vegas',
    colour: '#d08020',
    make: () => new WindowedLimit(new VegasLimit({}, { random: splitRandom(SEED, 'limit') })),
  },
  {
    name: 'windowed Gradient2',
    colour: '#8a8a8a',
    make: () => new WindowedLimit(new Gradient2Limit()),
  },
  {
    name: 'adaptive',
    colour: '#1060c0',
    make: (utilization) => new AdaptiveLimit({}, { utilization }),
  },
]

/** Passes everything on and notes it down. */
class WatchedLimit implements Limit {
  readonly limits: number[] = []
  readonly served: number[] = []
  readonly #limit: Limit
  readonly #plot: Plot

  constructor(limit: Limit, plot: Plot) {
    this.#limit = limit
    this.#plot = plot
  }

  get current(): number {
    return this.#limit.current
  }

  onSample(sample: Sample): void {
    this.#limit.onSample(sample)
    const { fromMs, toMs } = this.#plot
    const endMs = (sample.startNs + sample.latencyNs) / 1e6
    const point = Math.floor(((endMs - fromMs) / (toMs - fromMs)) * POINTS)
    if (point < 0 || point >= POINTS) return
    this.limits[point] = this.current
    if (!sample.overloaded) this.served[point] = (this.served[point] ?? 0) + 1
  }

  onReject(): void {
    this.#limit.onReject?.()
  }

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return this.#limit.snapshot()
  }
}

const [folder = '.'] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
for (const plot of PLOTS) writeFileSync(`${folder}/${plot.file}.svg`, draw(plot))

function draw(plot: Plot): string {
  const scenario = findScenario(plot.scenario)
  const watched = LINES.map((line) => ({ ...line, limit: watch(scenario, plot, line.make) }))
  const seconds = (plot.toMs - plot.fromMs) / 1000
  const served = watched.map(({ limit }) =>
    Array.from({ length: POINTS }, (_, i) => ((limit.served[i] ?? 0) * POINTS) / seconds),
  )
  const limits = watched.map(({ limit }) => fill(limit.limits))
  const colours = watched.map(({ colour }) => colour)
  const legend = watched.map(({ name, colour }, index) =>
    text(name, { x: PANEL.left + index * 150, y: 34, colour }),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<title>${scenario.name}: ${scenario.about}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(`${scenario.name}: ${scenario.about}`, { x: PANEL.left, y: 16 }),
    ...legend,
    ...panel('limit', PANEL.top, { plot, colours, lines: limits }),
    ...panel('served in time, a second', PANEL.top + PANEL.height + PANEL.gap, {
      plot,
      colours,
      lines: served.map(smooth),
    }),
    '</svg>\n',
  ].join('\n')
}

function watch(
  scenario: Scenario,
  plot: Plot,
  make: (utilization: () => number) => Limit,
): WatchedLimit {
  let watched: WatchedLimit | undefined
  runScenario(scenario, {
    seed: SEED,
    makeLimit: (utilization) => {
      watched = new WatchedLimit(make(utilization), plot)
      return watched
    },
  })
  return watched as unknown as WatchedLimit
}

function panel(
  title: string,
  top: number,
  {
    plot,
    colours,
    lines,
  }: {
    readonly plot: Plot
    readonly colours: readonly string[]
    readonly lines: readonly (readonly number[])[]
  },
): readonly string[] {
  const most = niceAbove(Math.max(...lines.flat()))
  const right = WIDTH - 16
  const x = (ratio: number): number => PANEL.left + ratio * (right - PANEL.left)
  const y = (value: number): number => top + 16 + (1 - value / most) * (PANEL.height - 16)
  const bottom = y(0)
  const change = x((plot.changeMs - plot.fromMs) / (plot.toMs - plot.fromMs))
  return [
    text(title, { x: PANEL.left, y: top + 12, colour: '#444' }),
    text(String(most), { x: 8, y: y(most) + 4, colour: '#444' }),
    text('0', { x: 8, y: bottom + 4, colour: '#444' }),
    `<path d="M${PANEL.left} ${y(most)}V${bottom}H${right}" fill="none" stroke="#999"/>`,
    `<path d="M${change.toFixed(0)} ${y(most)}V${bottom}" stroke="#999" stroke-dasharray="3 3"/>`,
    text(`${plot.fromMs / 1000} s`, { x: PANEL.left, y: bottom + 14, colour: '#444' }),
    text(`${plot.toMs / 1000} s`, { x: right - 30, y: bottom + 14, colour: '#444' }),
    ...lines.map((values, index) => {
      const points = values.map((v, i) => `${x((i + 0.5) / POINTS).toFixed(0)},${y(v).toFixed(1)}`)
      return `<polyline fill="none" stroke-width="1.6" stroke="${colours[index]}" points="${points.join(' ')}"/>`
    }),
  ]
}

function text(
  words: string,
  { x, y, colour = '#000' }: { x: number; y: number; colour?: string },
): string {
  return `<text x="${x}" y="${y.toFixed(0)}" fill="${colour}">${words}</text>`
}

/** The last value holds until there is another. */
function fill(values: readonly (number | undefined)[]): readonly number[] {
  let last = values.find((value) => value !== undefined) ?? 0
  return Array.from({ length: POINTS }, (_, index) => {
    last = values[index] ?? last
    return last
  })
}

function smooth(values: readonly number[]): readonly number[] {
  return values.map((_, index) => {
    const near = values.slice(Math.max(0, index - 1), index + 2)
    return near.reduce((sum, value) => sum + value, 0) / near.length
  })
}

function niceAbove(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return [1, 1.5, 2, 3, 5, 10].map((step) => step * unit).find((step) => step >= value) ?? value
}

function findScenario(name: string): Scenario {
  const all = [...TWELVE_SCENARIOS, ...TURNING_SCENARIOS, ...MIXED_SCENARIOS]
  const scenario = all.find((candidate) => candidate.name === name)
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  return scenario
}
