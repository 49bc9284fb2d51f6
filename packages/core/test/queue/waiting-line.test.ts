import t from 'tap'
import type { Passage } from '../../src/admission/passage.ts'
import { WaitingLine } from '../../src/queue/waiting-line.ts'
import { createPassage } from './create-passage.ts'

t.test('keeps the order of arrival, whoever leaves from where', async (t) => {
  const line = new WaitingLine(1)
  const [a, b, c, d] = [add(line, 0), add(line, 0), add(line, 0), add(line, 0)]
  t.same(walk(line), [a, b, c, d])
  line.remove(b, 0)
  t.same(walk(line), [a, c, d])
  line.remove(d, 0)
  t.equal(line.newest, c)
  line.remove(a, 0)
  t.equal(line.oldest, c)
  t.equal(line.newest, c)
  t.equal(line.length, 1)
  line.remove(c, 0)
  t.equal(line.oldest, undefined)
  t.equal(line.newest, undefined)
  t.equal(line.length, 0)
  const e = add(line, 5)
  t.same(walk(line), [e])
})

t.test('a waiter that has left is linked to nobody', async (t) => {
  const line = new WaitingLine(1)
  const [, middle] = [add(line, 0), add(line, 0), add(line, 0)]
  line.remove(middle, 0)
  t.equal(middle.older, undefined)
  t.equal(middle.newer, undefined)
})

t.test('stands once it has been non-empty for more than the interval', async (t) => {
  const line = new WaitingLine(1)
  t.equal(line.isStanding(1e6, 100), false, 'an empty line never stands')
  add(line, 1_000)
  t.equal(line.isStanding(1_100, 100), false)
  t.equal(line.isStanding(1_100.5, 100), true)
})

t.test('a line that is never empty but short does not stand', async (t) => {
  const line = new WaitingLine(1)
  let waiter = add(line, 0)
  for (let nowMs = 10; nowMs <= 1_000; nowMs += 10) {
    const next = add(line, nowMs)
    line.remove(waiter, nowMs)
    waiter = next
    t.equal(line.isStanding(nowMs + 9, 100), false)
  }
  t.equal(line.isStanding(1_050, 100), false, 'half of the interval is not enough')
  t.equal(line.isStanding(1_050.5, 100), true, 'more than half of it is')
})

t.test('one that refuses nobody stands until it is empty', async (t) => {
  const line = new WaitingLine(1)
  const old = add(line, 0)
  t.equal(line.isStanding(150, 100), true)
  const fresh = add(line, 150)
  line.remove(old, 150)
  t.equal(line.isStanding(151, 100), true, 'however short the waits are then')
  line.remove(fresh, 151)
  t.equal(line.isStanding(152, 100), false)
  add(line, 160)
  t.equal(line.isStanding(200, 100), false, 'the clock starts anew')
  t.equal(line.isStanding(260.5, 100), true)
})

t.test('one that refuses stands on when it is empty for a moment', async (t) => {
  const line = emptied(t)
  t.equal(line.isStanding(170, 100), false, 'an empty line never stands')
  const next = add(line, 180)
  t.equal(line.isStanding(181, 100), true)
  line.remove(next, 245)
  add(line, 250)
  t.equal(line.isStanding(260, 100), true)
  t.equal(line.isStanding(260.5, 100), false, 'it has refused nobody for 100 ms')
  t.equal(line.isStanding(360.5, 100), false)
  t.equal(line.isStanding(361, 100), true)
})

t.test('and not when it is empty for longer', async (t) => {
  const line = emptied(t)
  add(line, 180.5)
  t.equal(line.isStanding(181, 100), false)
})

t.test('tells for how long it stands', async (t) => {
  const line = new WaitingLine(1)
  add(line, 0)
  t.equal(line.standsSince(101, 100), false)
  t.equal(line.isStanding(150, 100), true)
  t.equal(line.standsSince(250, 100), true)
  t.equal(line.standsSince(250.5, 100), false)
  line.isStanding(300, 100)
  t.equal(line.standsSince(300, 200), false, 'it stands no more')
})

t.test('stands while it refuses, and no longer than the interval after that', async (t) => {
  const line = new WaitingLine(1)
  add(line, 0)
  t.equal(line.isStanding(150, 100), true)
  t.equal(line.isStanding(250, 100), true)
  line.onRefuse(240)
  t.equal(line.isStanding(340, 100), true)
  t.equal(line.isStanding(340.5, 100), false)
  t.equal(line.isStanding(440.5, 100), false, 'and takes as long again to stand anew')
  t.equal(line.isStanding(441, 100), true)
})

/** Stands since 150 ms, has refused somebody at 160, and is empty since 170. */
function emptied(t: { equal(found: boolean, wanted: boolean): unknown }): WaitingLine {
  const line = new WaitingLine(1)
  const only = add(line, 0)
  t.equal(line.isStanding(150, 100), true)
  line.onRefuse(160)
  line.remove(only, 170)
  return line
}

function add(line: WaitingLine, nowMs: number): Passage {
  const passage = createPassage(line.rank, nowMs)
  line.add(passage, nowMs)
  return passage
}

/** Walks both ways, so that a link that is right in one direction only shows. */
function walk(line: WaitingLine): Passage[] {
  const forth: Passage[] = []
  for (let it = line.oldest; it !== undefined; it = it.newer) forth.push(it)
  const back: Passage[] = []
  for (let it = line.newest; it !== undefined; it = it.older) back.unshift(it)
  t.ok(forth.length === back.length && forth.every((it, index) => it === back[index]))
  t.equal(forth.length, line.length)
  return forth
}

t.test('refuses, once it has while it stands, until it stands no more', async (t) => {
  const line = new WaitingLine(1)
  const first = createPassage(1)
  line.add(first, 0)
  line.onRefuse(50)
  t.equal(line.isStanding(150, 100), true)
  t.equal(line.refuses, false, 'what was refused before it stood does not count')
  line.onRefuse(160)
  t.equal(line.refuses, true)
  t.equal(line.isStanding(261, 100), false, 'it has refused nobody for 100 ms')
  t.equal(line.refuses, false)
  t.equal(line.isStanding(400, 100), true)
  t.equal(line.refuses, false, 'a new standing queue has refused nobody yet')
  line.onRefuse(410)
  line.remove(first, 495)
  t.equal(line.refuses, true, 'empty for a moment')
  line.add(first, 500)
  t.equal(line.isStanding(511, 100), false)
  t.equal(line.refuses, false)
})
