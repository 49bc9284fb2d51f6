import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { probeAnswer } from '../probe/probe-answer.ts'
import { READINESS_STATES, type ReadinessState } from '../warm-up/readiness.ts'
import { Heartbeat } from './heartbeat.ts'
import type { LivenessWork } from './liveness-work.ts'

const LOOK_EVERY_MS = 50

const { shared, port, host, maxBlockedMs }: LivenessWork = workerData
const heartbeat = new Heartbeat(4 * LOOK_EVERY_MS)
setInterval(() => heartbeat.look(Atomics.load(shared, 0), performance.now()), LOOK_EVERY_MS)

const server = createServer((request, response) => {
  const { silentMs } = heartbeat
  const state = READINESS_STATES[Atomics.load(shared, 1)] as ReadinessState
  const answer = probeAnswer(request, silentMs < maxBlockedMs ? state : 'blocked')
  if (answer === undefined) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(answer.statusCode, answer.headers)
  response.end(request.method === 'HEAD' ? undefined : answer.body)
})
server.listen(port, host, () => parentPort?.postMessage((server.address() as AddressInfo).port))
