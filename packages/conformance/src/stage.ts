import type { AddressInfo, Socket } from 'node:net'
import type { Test } from 'tap'
import { watchGateTimers } from './gate-timers.ts'
import type {
  AdmissionUnderTest,
  GateOptions,
  HostOptions,
  HostUnderTest,
  RunningHost,
} from './host-under-test.ts'
import { calm } from './judging.ts'
import { giveBack, occupy } from './occupy.ts'
import { Service } from './service.ts'
import { until } from './until.ts'

/** Nobody is refused because the machine of the test is slow. */
const PATIENT: GateOptions = { queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' } }

/** Tries, 5 ms apart: fewer than it takes a server to close an idle connection, which would hide all. */
const SOON = 300

/** A host with a service behind it, until the test is over, and what must be true of it in the end. */
export class Stage {
  readonly service: Service
  readonly host: RunningHost
  readonly isSecure: boolean
  /** The server's side of every connection, in order. */
  readonly sockets: Socket[] = []

  /** @param options of the admission, and under `host` of the host itself */
  static async open(
    t: Test,
    { start, isSecure = false }: HostUnderTest,
    { host = {}, ...options }: GateOptions & { readonly host?: HostOptions } = {},
  ): Promise<Stage> {
    const service = new Service()
    const areTimersGone = watchGateTimers()
    const running = await start(service, { ...PATIENT, ...options }, host)
    const stage = new Stage(service, running, isSecure)
    t.teardown(async () => {
      await stage.#close()
      await areTimersGone()
    })
    return stage
  }

  private constructor(service: Service, host: RunningHost, isSecure: boolean) {
    this.isSecure = isSecure
    this.service = service
    this.host = host
    calm(host.admission)
    host.server.on('connection', (socket: Socket) => this.sockets.push(socket))
  }

  get admission(): AdmissionUnderTest {
    return this.host.admission
  }

  get port(): number {
    return (this.host.server.address() as AddressInfo).port
  }

  /** Takes a permit until `release`. */
  occupy(): void {
    occupy(this.admission)
  }

  release(): void {
    giveBack(this.admission)
  }

  /** No permit is in use, nobody waits, no socket knows of a response any more. */
  async isBack(t: Test): Promise<void> {
    await until('no permit is in use, and nobody waits', () => {
      const { inFlight, queued } = this.admission.snapshot()
      return inFlight + queued === 0
    })
    t.equal(this.admission.snapshot().abandoned, 0, 'nothing is abandoned')
    const isClean = (): boolean => this.sockets.every(knowsNothing)
    await until('no socket knows of a response', isClean, SOON)
    t.ok(this.sockets.every(hasFewListeners), 'no socket has gathered listeners')
    t.equal(this.admission.snapshot().errors, 0)
  }

  async #close(): Promise<void> {
    this.service.finishAll()
    giveBack(this.admission)
    this.admission.close()
    for (const socket of this.sockets) socket.destroy()
    await this.host.close()
  }
}

/** Whatever is kept on a socket by a symbol of ours and can be full is empty. */
function knowsNothing(socket: Socket): boolean {
  return Object.getOwnPropertySymbols(socket)
    .filter(({ description }) => description?.startsWith('headgate.'))
    .map((symbol) => (socket as unknown as Record<symbol, unknown>)[symbol])
    .every((value) => ((value as { readonly size?: number } | undefined)?.size ?? 0) === 0)
}

/** Node itself has two or three, and a gate one: one for each request would show. */
function hasFewListeners(socket: Socket): boolean {
  return socket.listenerCount('close') <= 5 && socket.listenerCount('error') <= 5
}
