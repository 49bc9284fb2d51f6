import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ShownSpan } from './tracing.ts'

export interface ServiceOptions {
  readonly name: string
  readonly withHeadgate: boolean
  readonly isTraced: boolean
  /** The front service is told where the stock service is; without it, this is the stock service. */
  readonly stockUrl?: string | undefined
}

export type ServiceAsk = 'count' | 'spans'

export type ServiceTells =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'spans'; readonly spans: readonly ShownSpan[] }

/** One of the two services, in a process of its own. */
export class ServiceProcess {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /** Resolves when the service listens, on a free port of this machine. */
  static async start(options: ServiceOptions): Promise<ServiceProcess> {
    const path = fileURLToPath(new URL('./service-child.js', import.meta.url))
    const child = fork(path, [JSON.stringify(options)], { execArgv: [] })
    const { url } = await heard(child, 'listening')
    return new ServiceProcess(child, url)
  }

  /** Requests that arrived at the stock service, or calls that the front service began. */
  async count(): Promise<number> {
    return (await this.#ask('count')).count
  }

  async spans(): Promise<readonly ShownSpan[]> {
    return (await this.#ask('spans')).spans
  }

  /** At once: after an overload there may be seconds of work left that nobody waits for. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = new Promise((resolve) => {
      this.#child.once('exit', resolve)
    })
    this.#child.kill('SIGKILL')
    await exited
  }

  #ask<Kind extends ServiceAsk>(ask: Kind): Promise<Extract<ServiceTells, { kind: Kind }>> {
    const answer = heard(this.#child, ask)
    this.#child.send(ask)
    return answer
  }
}

/** The next message of this kind. @throws when the process fails or ends first. */
function heard<Kind extends ServiceTells['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<ServiceTells, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      child.off('message', onMessage)
      child.off('error', onError)
      child.off('exit', onExit)
      settle()
    }
    const onError = (error: Error): void => end(() => reject(error))
    const onExit = (code: number | null, signal: string | null): void =>
      onError(new Error(`a service ended: ${signal ?? `exit code ${code}`}`))
    const onMessage = (message: ServiceTells): void => {
      if (message.kind === 'failed') onError(new Error(message.message))
      else if (message.kind === kind) end(() => resolve(message as never))
    }
    child.on('message', onMessage)
    child.once('error', onError)
    child.once('exit', onExit)
  })
}
