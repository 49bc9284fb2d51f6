import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { Handler } from '../../src/handler/handler.ts'
import { resilient } from '../../src/index.ts'
import { answeringDispatcher } from '../fixtures/answering-dispatcher.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const TARGETS = 300
const MOST_KIB = 20
/** KiB of each target that is known. What is compiled and remembered for the first of them is no part of it. */
function keptKiB(): number {
  const agent = resilient(answeringDispatcher)
  const handler: Handler = { onRequestStart() {} }
  const used = () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 1024
  }
  const send = (from: number, to: number) => {
    for (let at = from; at < to; at += 1) {
      agent.dispatch({ origin: `http://host-${at}.test`, path: '/', method: 'GET' }, handler)
    }
  }
  send(0, TARGETS)
  const before = used()
  send(TARGETS, 2 * TARGETS)
  const kib = (used() - before) / TARGETS
  // So that it is there until here.
  t.equal(agent.stats().calls, 2 * TARGETS)
  return kib
}

t.test('a target that is known takes little: there may be a thousand of them', async (t) => {
  const kib = keptKiB()
  t.comment(`${kib.toFixed(1)} KiB a target; target ${MOST_KIB}`)
  t.ok(kib > 1, 'it was measured')
  t.ok(kib <= MOST_KIB)
})
