import type { ChildProcess } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { forkPinned } from '@headgate/loadgen'
import type { ServerMessage, ServerRequest, ServerSettings } from './server-message.ts'
import type { ServerUsage } from './server-usage.ts'

/** The server has core 0 for itself, the generator core 1. */
export const SERVER_CPU: number = 0
export const GENERATOR_CPU: number = 1

/** A contestant's server, running in a process of its own. */
export class ServerProcess {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.url = `http://127.0.0.1:${port}`
  }

  /** @param execArgv options of Node.js */
  static async start(
    settings: ServerSettings,
    execArgv: readonly string[] = [],
  ): Promise<ServerProcess> {
    const modulePath = fileURLToPath(
      new URL(`./contestant-server${extname(import.meta.url)}`, import.meta.url),
    )
    const args = [JSON.stringify(settings)]
    const child = forkPinned(modulePath, { cpu: SERVER_CPU, args, execArgv })
    const message = await nextMessage(child)
    if (message.kind === 'ready') return new ServerProcess(child, message.port)
    child.kill()
    throw new Error(message.kind === 'failed' ? message.error : `unexpected ${message.kind}`)
  }

  /** All readings up to now. */
  async usage(): Promise<readonly ServerUsage[]> {
    const message = await this.#ask({ kind: 'usage' })
    if (message.kind !== 'usage') throw new Error(`unexpected ${message.kind}`)
    return message.readings
  }

  /** Lets the guard refuse every request for good, while the server keeps busy; false where there is no guard. */
  async refuseAll(burstMs: number): Promise<boolean> {
    const message = await this.#ask({ kind: 'refuse-all', burstMs })
    if (message.kind !== 'refusing') throw new Error(`unexpected ${message.kind}`)
    return message.can
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => {
      this.#child.once('exit', resolve)
    })
    if (this.#child.exitCode === null && this.#child.kill('SIGKILL')) await gone
  }

  async #ask(request: ServerRequest): Promise<ServerMessage> {
    this.#child.send(request)
    return await nextMessage(this.#child)
  }
}

async function nextMessage(child: ChildProcess): Promise<ServerMessage> {
  return await new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      reject(new Error(`the server ended early with code ${code}`))
    }
    child.once('exit', onExit)
    child.once('message', (message: ServerMessage) => {
      child.off('exit', onExit)
      resolve(message)
    })
  })
}

/** Starts a server, and stops it whatever becomes of the work. */
export async function withServer<Result>(
  settings: ServerSettings,
  work: (server: ServerProcess) => Promise<Result>,
): Promise<Result> {
  const server = await ServerProcess.start(settings)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}
