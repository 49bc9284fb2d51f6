import t from 'tap'
import { resolveAdmissionOptions } from '../../src/admission/admission-options.ts'
import { RoomRules, type RoomRulesParts } from '../../src/queue/room-rules.ts'
import { WaitingLine } from '../../src/queue/waiting-line.ts'
import { createPassage } from './create-passage.ts'

t.test('a line that has begun to stand is run down in order for 100 ms', async (t) => {
  t.equal(isNewestFirst({ waiters: 10 }, 200), false)
  t.equal(isNewestFirst({ waiters: 10 }, 250), false)
  t.equal(isNewestFirst({ waiters: 10 }, 250.5), true)
})

t.test('but where not all who wait can be served in the longest wait', async (t) => {
  t.equal(isNewestFirst({ waiters: 100, drainPerMs: 1 }, 200), false)
  t.equal(isNewestFirst({ waiters: 101, drainPerMs: 1 }, 200), true)
  t.equal(isNewestFirst({ waiters: 1, drainPerMs: 0 }, 200), true, 'nobody knows how many can')
})

t.test('and where jobs are long', async (t) => {
  t.equal(isNewestFirst({ waiters: 10, jobMs: 10 }, 200), false)
  t.equal(isNewestFirst({ waiters: 10, jobMs: 10.1 }, 200), true)
})

interface Case {
  readonly waiters: number
  readonly drainPerMs?: number
  readonly jobMs?: number
}

/** The waiters came at 0; the line stands since 150 ms, and refuses. */
function isNewestFirst({ waiters, drainPerMs = 1, jobMs = 1 }: Case, nowMs: number): boolean {
  const room = { drainPerMs, drainJobMs: jobMs }
  const rules = new RoomRules({ room, dispatcher: undefined } as unknown as RoomRulesParts)
  rules.queue = resolveAdmissionOptions({ queue: { maxWaitMs: 100 } }).queue
  const line = new WaitingLine(1)
  for (let count = 0; count < waiters; count += 1) line.add(createPassage(1), 0)
  rules.isNewestFirst(line, 150)
  line.onRefuse(nowMs - 1)
  return rules.isNewestFirst(line, nowMs)
}
