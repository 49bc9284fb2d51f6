import fc from 'fast-check'
import t from 'tap'
import { CountWindow } from '../../src/window/count-window.ts'
import { propertySeed } from '../property-seed.ts'

t.test('counts by kind, and forgets after the window', async (t) => {
  const window = new CountWindow(1000, 2)
  window.add(0, 50)
  window.add(1, 60)
  window.add(1, 950)
  t.same([window.total(0, 999), window.total(1, 999)], [1, 2])
  t.same([window.total(0, 1000), window.total(1, 1000)], [0, 1], 'the first bucket is dropped')
  t.equal(window.total(1, 1899), 1)
  t.equal(window.total(1, 1900), 0)
})

t.test('a long silence empties it, and a clock that steps back breaks nothing', async (t) => {
  const window = new CountWindow(1000, 1)
  window.add(0, 500)
  t.equal(window.total(0, 1e9), 0)
  window.add(0, 1e9)
  window.add(0, 0)
  t.equal(window.total(0, 1e9), 2)
  window.clear()
  t.equal(window.total(0, 1e9), 0)
})

t.test('is what counting the buckets by hand gives', async (t) => {
  const seed = propertySeed(t)
  const step = fc.record({ byMs: fc.integer({ min: 0, max: 400 }), kind: fc.nat({ max: 2 }) })
  const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const window = new CountWindow(1000, 3)
    const seen: { kind: number; bucket: number }[] = []
    let nowMs = 0
    return steps.every(({ byMs, kind }) => {
      nowMs += byMs
      const bucket = Math.floor(nowMs / 100)
      window.add(kind, nowMs)
      seen.push({ kind, bucket })
      return [0, 1, 2].every((each) => {
        const inWindow = seen.filter((entry) => entry.kind === each && entry.bucket > bucket - 10)
        return window.total(each, nowMs) === inWindow.length
      })
    })
  })
  t.doesNotThrow(() => fc.assert(property, { seed }))
})
