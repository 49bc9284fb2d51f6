import { setTimeout as sleep } from 'node:timers/promises'
import { type Admission, InvalidOptionError, openConnections } from '@headgate/node'
import type { FastifyInstance } from 'fastify'

const MAX_DRAIN_MS = 10_000
/** The share of Fastify's time for a closing hook that may go into the drain. */
const DRAIN_RATIO = 0.8

/**
 * When the app closes: every answer is the last of its connection, and, where the admission is the plugin's
 * own, those who wait and run are served before the server goes, after `drainDelayMs`. Meanwhile Fastify itself
 * refuses who comes, unless it was told `return503OnClosing: false`; `drainOnSignal(app, admission)` begins before
 * that, and is the better way.
 *
 * @throws {InvalidOptionError} when Fastify would not wait for as long as `drainDelayMs`.
 */
export function drainBeforeClose(app: FastifyInstance, admission: Admission, owned: boolean): void {
  // Fastify gives a closing hook as long as a starting plugin, and else fails the whole close. Without
  // that bound, a response that never ends (server-sent events) must not hold it up for ever either.
  const { pluginTimeout = MAX_DRAIN_MS } = app.initialConfig
  const timeoutMs = Math.min(pluginTimeout * DRAIN_RATIO || MAX_DRAIN_MS, MAX_DRAIN_MS)
  const delayMs = owned ? (admission.drainDelayMs ?? 0) : 0
  if (delayMs > timeoutMs / 2) {
    const most = `at most ${timeoutMs / 2}, or pluginTimeout larger: Fastify waits no longer for a closing app`
    throw new InvalidOptionError('drainDelayMs', most, delayMs)
  }
  const connections = openConnections(app.server)
  app.addHook('preClose', async () => {
    // Somebody may have said so before, and waited.
    if (delayMs > 0 && admission.ready()) {
      admission.leave()
      await sleep(delayMs)
    }
    connections.lastCall()
    if (owned) await admission.drain({ timeoutMs: timeoutMs - delayMs })
    connections.closeIdle()
  })
}
