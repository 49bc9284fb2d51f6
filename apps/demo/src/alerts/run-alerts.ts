import { forkLoad, type LoadProgress, type LoadReport } from '@headgate/loadgen'
import { measureCapacity } from '../overload/measure-capacity.ts'
import { SHOP_MIX } from '../overload/shop-mix.ts'
import { ShopProcess } from '../overload/shop-process.ts'
import { type AlertCondition, type AlertTimes, forecastAlert } from './alert-forecast.ts'
import { printRules } from './print-rules.ts'
import { PrometheusServer, type WrittenSeries } from './prometheus-server.ts'
import { type RequestAccount, readAccount } from './request-account.ts'

export interface AlertsOptions {
  /** Times the capacity. */
  readonly quietFactor: number
  readonly factor: number
  readonly quietMs: number
  readonly overloadMs: number
  readonly afterMs: number
}

/** An alert that is watched. */
export interface WatchedAlert {
  readonly title: string
  readonly name: string
  readonly condition: AlertCondition
}

export interface AlertResult {
  readonly alert: WatchedAlert
  /** By what the clients saw. */
  readonly computed: AlertTimes
  /** By what Prometheus wrote. */
  readonly measured: AlertTimes
}

export interface AlertsRun {
  readonly capacityPerSecond: number
  readonly report: LoadReport
  readonly results: readonly AlertResult[]
  /** Before the load, and when all of it was over. */
  readonly accounts: { readonly before: RequestAccount; readonly after: RequestAccount }
}

export interface AlertsListener {
  onCapacity(perSecond: number): void
  onProgress(progress: LoadProgress, firing: readonly string[]): void
}

/** Between scrapes and between evaluations, in milliseconds. */
export const EVERY_MS = 1_000
/** An hour is a minute with it, and five minutes are five seconds. */
const SPEED_UP = 60

/** Alerts of the rules as they are printed, and one of those in a hurry, for its windows are an hour and more. */
export const WATCHED: readonly WatchedAlert[] = [
  {
    title: 'HeadgateRejecting, as it is',
    name: 'HeadgateRejecting',
    condition: { windowsSeconds: [60], threshold: 0.01, forSeconds: 30 },
  },
  {
    title: 'HeadgateErrorBudgetBurn1h at 97 %, 60 times as fast',
    name: 'HeadgateErrorBudgetBurn1m',
    condition: { windowsSeconds: [60, 5], threshold: 14.4 * 0.03, forSeconds: 0 },
  },
]

/** The shop, a Prometheus with our rules that scrapes it, and open-loop overload on it. */
export async function runAlerts(
  options: AlertsOptions,
  listener: AlertsListener,
): Promise<AlertsRun> {
  const shop = await ShopProcess.start(true)
  try {
    const capacityPerSecond = await capacityOf(shop.url)
    listener.onCapacity(capacityPerSecond)
    const rules = [
      printRules(['--slo', '99.9']),
      printRules(['--slo', '97', '--speed-up', String(SPEED_UP)]),
    ]
    const prometheus = await PrometheusServer.start({
      targetUrl: shop.url,
      rules,
      everyMs: EVERY_MS,
    })
    try {
      const before = await atRest(shop.url)
      const report = await offer(shop.url, phasesOf(options, capacityPerSecond), async (progress) =>
        listener.onProgress(progress, await prometheus.firing()),
      )
      const results = await resultsOf(prometheus, report)
      const accounts = { before, after: await atRest(shop.url) }
      return { capacityPerSecond, report, results, accounts }
    } finally {
      await prometheus.stop()
    }
  } finally {
    await shop.stop()
  }
}

/** Those that leave nothing behind: tens of thousands of checkouts make what reads the orders slow for good. */
const TARGETS = SHOP_MIX.filter(({ tier }) => tier === 'important').map(({ target }) => target)

async function capacityOf(url: string): Promise<number> {
  const load = { url, targets: TARGETS, clients: 10, warmUpMs: 0 }
  await measureCapacity({ ...load, durationMs: 2_000 })
  return measureCapacity({ ...load, durationMs: 2_000 })
}

/** What clients were answered may still be ending. */
async function atRest(url: string): Promise<RequestAccount> {
  for (let tries = 0; tries < 50; tries += 1) {
    const { inFlight, queued } = await readAccount(url)
    if (inFlight + queued === 0) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return readAccount(url)
}

function phasesOf(options: AlertsOptions, capacityPerSecond: number) {
  const { quietFactor, factor, quietMs, overloadMs, afterMs } = options
  const quiet = quietFactor * capacityPerSecond
  return [
    { name: 'quiet', ratePerSecond: quiet, durationMs: quietMs },
    { name: 'overload', ratePerSecond: factor * capacityPerSecond, durationMs: overloadMs },
    { name: 'quiet again', ratePerSecond: quiet, durationMs: afterMs },
  ]
}

function offer(
  url: string,
  phases: ReturnType<typeof phasesOf>,
  onProgress: (progress: LoadProgress) => Promise<void>,
): Promise<LoadReport> {
  return forkLoad({
    url,
    phases,
    targets: TARGETS,
    // Nobody gives up: whoever was sent has come, and the account must be even.
    timeoutMs: 10_000,
    spin: false,
    // A tenth of a second is a tenth of what Prometheus looks at.
    maxLagMs: EVERY_MS / 10,
    // Prometheus may be late with an answer for the eye; the times come from what it wrote.
    onProgress: (progress) => void onProgress(progress).catch(() => {}),
  })
}

async function resultsOf(
  prometheus: PrometheusServer,
  report: LoadReport,
): Promise<readonly AlertResult[]> {
  return Promise.all(
    WATCHED.map(async (alert) => {
      const selector = `ALERTS{alertname="${alert.name}",alertstate="firing"}`
      const [series] = await prometheus.written(selector, 3_600)
      return {
        alert,
        computed: forecastAlert(report.series, alert.condition),
        measured: firstSpell(series, report.startedAtEpochMs),
      }
    }),
  )
}

/** A firing alert is written at each evaluation: it has ended where one is missing. */
export function firstSpell(series: WrittenSeries | undefined, startMs: number): AlertTimes {
  const [first, ...rest] = series?.atMs ?? []
  if (first === undefined) return { firesMs: undefined, endsMs: undefined }
  let last = first
  for (const atMs of rest) {
    if (atMs - last > 1.5 * EVERY_MS) break
    last = atMs
  }
  return { firesMs: first - startMs, endsMs: last + EVERY_MS - startMs }
}
