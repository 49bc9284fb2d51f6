import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type ShopChildMessage =
  | { readonly kind: 'listening'; readonly url: string; readonly database: string }
  | { readonly kind: 'failed'; readonly message: string }

/** The service in a process of its own, so that neither the load nor the printing takes its time. */
export class ShopProcess {
  readonly url: string
  /** Which database it runs on. */
  readonly database: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string, database: string) {
    this.#child = child
    this.url = url
    this.database = database
  }

  /** Resolves when the service listens, on a free port of this machine. */
  static start(withHeadgate: boolean): Promise<ShopProcess> {
    const child = fork(
      fileURLToPath(new URL('./shop-child.js', import.meta.url)),
      [withHeadgate ? 'with' : 'without'],
      { execArgv: [] },
    )
    return new Promise((resolve, reject) => {
      child.on('message', (message: ShopChildMessage) => {
        if (message.kind === 'failed') reject(new Error(message.message))
        else resolve(new ShopProcess(child, message.url, message.database))
      })
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        reject(new Error(`the shop ended while starting: ${signal ?? `exit code ${code}`}`))
      })
    })
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
}
