import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { ErrorReports } from '../../src/admission/error-reports.ts'

function create() {
  const clock = new VirtualClock()
  const told: [string, string, number][] = []
  const reports = new ErrorReports(clock, {
    hearsErrors: true,
    onEvent: (event) => {
      if (event.type !== 'error') throw new Error(event.type)
      told.push([event.source, String(event.error), event.suppressed])
    },
  })
  return { clock, reports, told }
}

t.test('tells of the first error at once', async (t) => {
  const { reports, told } = create()
  reports.report('tier', 'first')
  t.same(told, [['tier', 'first', 0]])
})

t.test('tells once a second for each source, and of how many it kept back', async (t) => {
  const { clock, reports, told } = create()
  for (let n = 0; n < 100; n += 1) {
    reports.report('tier', `t${n}`)
    reports.report('exempt', `e${n}`)
    clock.advance(25)
  }
  t.same(told, [
    ['tier', 't0', 0],
    ['exempt', 'e0', 0],
    ['tier', 't40', 39],
    ['exempt', 'e40', 39],
    ['tier', 't80', 39],
    ['exempt', 'e80', 39],
  ])
  t.equal(reports.count, 200, 'every one is counted')
})

t.test('what is kept back is told of only once', async (t) => {
  const { clock, reports, told } = create()
  reports.report('onReject', 'a')
  reports.report('onReject', 'b')
  clock.advance(1_000)
  reports.report('onReject', 'c')
  clock.advance(60_000)
  reports.report('onReject', 'd')
  t.same(told, [
    ['onReject', 'a', 0],
    ['onReject', 'c', 1],
    ['onReject', 'd', 0],
  ])
})
