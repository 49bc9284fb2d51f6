import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admission } from '../admission/admission.ts'
import type { ResolvedDrain } from './drain-options.ts'
import type { DrainReport } from './drain-report.ts'
import { type HttpServer, openConnections } from './open-connections.ts'

const LOOK_EVERY_MS = 20

/** How many servers of an admission are told to go and still serve all that comes. */
const serving = new WeakMap<Admission, number>()

/** What ends the server, once all it has to do is done: resolves when it has no connection left. */
type CloseServer = () => Promise<unknown>

/**
 * Ends a server so that nobody loses a request: first it is no longer ready and serves on; then every answer
 * is the last of its connection; then nobody comes in, those who wait and run are served, and what is still
 * there after its time is cut off. Servers that share an admission let nobody in from the same time on.
 */
export async function drainServer(
  server: HttpServer,
  { admission, close }: { readonly admission: Admission; readonly close: CloseServer },
  options: ResolvedDrain,
): Promise<DrainReport> {
  const beganMs = performance.now()
  const { drainDelayMs, lastCallMs, timeoutMs, queue } = options
  const connections = openConnections(server)
  addServing(admission, 1)
  try {
    admission.leave()
    await sleep(drainDelayMs)

    connections.lastCall()
    await isEmpty(connections, lastCallMs)
  } finally {
    addServing(admission, -1)
  }
  // The admission refuses from here on, which is too early for its other servers that have their last call yet.
  while (servingOf(admission) > 0) await sleep(LOOK_EVERY_MS)

  const untilMs = performance.now() + timeoutMs
  let isClosed = false
  const closed = close().finally(() => {
    isClosed = true
  })
  const { leftover } = await admission.drain({ timeoutMs, queue })
  // Answers may still be on their way to slow readers, and streams may never end.
  while (!isClosed && performance.now() < untilMs) {
    connections.closeIdle()
    await sleep(LOOK_EVERY_MS)
  }
  const cut = connections.closeAll()
  // What an app does on its own when it closes must not hold up the end for ever either.
  if (!isClosed) await Promise.race([closed, sleep(timeoutMs, undefined, { ref: false })])
  return { leftover, connections: cut, tookMs: performance.now() - beganMs }
}

function servingOf(admission: Admission): number {
  return serving.get(admission) ?? 0
}

function addServing(admission: Admission, difference: 1 | -1): void {
  serving.set(admission, servingOf(admission) + difference)
}

async function isEmpty(connections: { readonly size: number }, mostMs: number): Promise<void> {
  const untilMs = performance.now() + mostMs
  while (connections.size > 0 && performance.now() < untilMs) await sleep(LOOK_EVERY_MS)
}
