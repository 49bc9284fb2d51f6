import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { RollingBalancer } from './balancer.ts'
import { portOf } from './port-of.ts'
import { until } from './until.ts'

const LOOK_EVERY_MS = 20
const SLOTS = ['a', 'b'] as const

/** HAProxy before two processes: as the plain balancer, a probe every 50 ms, kept connections (but out at the second failure, a probe's connection may take 50 ms), nothing tried twice. */
export class Haproxy implements RollingBalancer {
  readonly port: number
  readonly #folder: string
  readonly #process: ChildProcess
  readonly #ports = new Map<string, number>()
  readonly #up = new Set<string>()
  readonly #timer: NodeJS.Timeout

  private constructor(executable: string, port: number) {
    this.port = port
    this.#folder = mkdtempSync(join(tmpdir(), 'haproxy-'))
    const file = join(this.#folder, 'haproxy.cfg')
    writeFileSync(file, configuration(port, this.#control))
    this.#process = spawn(executable, ['-db', '-q', '-f', file], { stdio: 'inherit' })
    this.#timer = setInterval(() => void this.#look().catch(() => {}), LOOK_EVERY_MS)
  }

  static async open(executable: string): Promise<Haproxy> {
    const haproxy = new Haproxy(executable, await freePort())
    let isThere = false
    const knock = (): void => {
      void haproxy.#tell('show version').then(
        () => {
          isThere = true
        },
        () => {},
      )
    }
    await until('haproxy has begun', () => {
      if (!isThere) knock()
      return isThere
    })
    return haproxy
  }

  get #control(): string {
    return join(this.#folder, 'control')
  }

  async add(port: number): Promise<void> {
    const slot = SLOTS.find((name) => !this.#ports.has(name))
    if (slot === undefined) throw new Error('two processes are all that it knows')
    this.#ports.set(slot, port)
    await this.#tell(`set server all/${slot} addr 127.0.0.1 port ${port}`)
    await this.#tell(`set server all/${slot} state ready`)
  }

  async remove(port: number): Promise<void> {
    for (const [slot, its] of this.#ports) {
      if (its !== port) continue
      await this.#tell(`set server all/${slot} state maint`)
      this.#up.delete(slot)
      this.#ports.delete(slot)
    }
  }

  isIn(port: number): boolean {
    return SLOTS.some((slot) => this.#ports.get(slot) === port && this.#up.has(slot))
  }

  close(): void {
    clearInterval(this.#timer)
    this.#process.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #look(): Promise<void> {
    for (const line of (await this.#tell('show stat')).split('\n')) {
      const [pool, slot = '', ...rest] = line.split(',')
      if (pool !== 'all' || !(SLOTS as readonly string[]).includes(slot)) continue
      if (rest[15] === 'UP') this.#up.add(slot)
      else this.#up.delete(slot)
    }
  }

  /** One command on its control socket, and what it says to that. */
  async #tell(command: string): Promise<string> {
    const socket = connect(this.#control)
    socket.end(`${command}\n`)
    return text(socket)
  }
}

function configuration(port: number, control: string): string {
  return `
global
  stats socket ${control} mode 600 level admin
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 60s
  timeout check 5s
  retries 0
  option redispatch 0
frontend in
  bind 127.0.0.1:${port}
  default_backend all
backend all
  balance roundrobin
  http-reuse always
  option httpchk GET /readyz
  default-server inter 50 fastinter 50 downinter 50 rise 1 fall 2
${SLOTS.map((slot) => `  server ${slot} 127.0.0.1:1 check disabled`).join('\n')}
`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf({ server })
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}
