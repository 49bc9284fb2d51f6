import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrometheusServerOptions {
  /** Origin of what it scrapes, at `/metrics`. */
  readonly targetUrl: string
  /** Rule files. */
  readonly rules: readonly string[]
  /** Between two scrapes, and between two evaluations of the rules. */
  readonly everyMs: number
}

/** One series, and its values as they were written. */
export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly atMs: readonly number[]
}

const HOST = '127.0.0.1'
const START_WITHIN_MS = 30_000

/** Why there is none to start, or false. */
export const NO_PROMETHEUS: string | false =
  spawnSync('prometheus', ['--version']).error === undefined
    ? false
    : 'prometheus is not installed (Debian: prometheus)'

/** A real Prometheus, with its data in a folder that goes with it. */
export class PrometheusServer {
  readonly url: string
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #onExit = (): void => void this.#child.kill('SIGKILL')

  private constructor(child: ChildProcess, url: string, folder: string) {
    this.#child = child
    this.url = url
    this.#folder = folder
    process.once('exit', this.#onExit)
  }

  /** Resolves once it has scraped its target. @throws when it does not start. */
  static async start(options: PrometheusServerOptions): Promise<PrometheusServer> {
    if (NO_PROMETHEUS !== false) throw new Error(NO_PROMETHEUS)
    const folder = await mkdtemp(join(tmpdir(), 'headgate-prometheus-'))
    await writeConfig(folder, options)
    const address = `${HOST}:${await freePort()}`
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ]
    const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] })
    const server = new PrometheusServer(child, `http://${address}`, folder)
    try {
      await server.#untilScraped()
      return server
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  /** The names of the alerts that fire now. */
  async firing(): Promise<readonly string[]> {
    const { alerts } = (await this.#ask('alerts')) as {
      alerts: { state: string; labels: Record<string, string> }[]
    }
    const names = alerts
      .filter(({ state }) => state === 'firing')
      .map(({ labels }) => labels.alertname)
    return names.map(String).sort()
  }

  /** All that was written to a series in the last so many seconds. */
  async written(selector: string, seconds: number): Promise<readonly WrittenSeries[]> {
    const query = encodeURIComponent(`${selector}[${Math.ceil(seconds)}s]`)
    const { result } = (await this.#ask(`query?query=${query}`)) as {
      result: { metric: Record<string, string>; values: [number, string][] }[]
    }
    return result.map(({ metric, values }) => ({
      labels: metric,
      atMs: values.map(([seconds]) => seconds * 1_000),
    }))
  }

  async stop(): Promise<void> {
    process.off('exit', this.#onExit)
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = new Promise((resolve) => this.#child.once('exit', resolve))
      this.#child.kill('SIGTERM')
      await exited
    }
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #untilScraped(): Promise<void> {
    let said = ''
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said = `${said}${chunk}`.slice(-2_000)
    })
    const endMs = performance.now() + START_WITHIN_MS
    while (performance.now() < endMs) {
      if (this.#child.exitCode !== null) throw new Error(`prometheus ended early: ${said}`)
      const up = await this.#ask('query?query=up%20%3D%3D%201').catch(() => undefined)
      if (((up as { result?: unknown[] } | undefined)?.result?.length ?? 0) > 0) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`prometheus has scraped nothing within ${START_WITHIN_MS / 1_000} s: ${said}`)
  }

  async #ask(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1/${path}`)
    const answer = (await response.json()) as { status: string; error?: string; data: unknown }
    if (answer.status !== 'success') throw new Error(`prometheus: ${answer.error}`)
    return answer.data
  }
}

async function writeConfig(folder: string, options: PrometheusServerOptions): Promise<void> {
  const { targetUrl, rules, everyMs } = options
  const files = rules.map((_, index) => join(folder, `rules-${index}.yml`))
  await Promise.all(files.map((file, index) => writeFile(file, rules[index] as string)))
  const every = `${everyMs}ms`
  const config = {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: files,
    scrape_configs: [
      { job_name: 'shop', static_configs: [{ targets: [new URL(targetUrl).host] }] },
    ],
  }
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
