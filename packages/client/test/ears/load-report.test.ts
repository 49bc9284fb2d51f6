import fc from 'fast-check'
import t from 'tap'
import { loadReport } from '../../src/ears/load-report.ts'
import { propertySeed } from '../fixtures/property-seed.ts'

t.test('reads the text form, and nothing else', async (t) => {
  const check = (value: string | string[] | undefined, expected: number | undefined) =>
    t.equal(loadReport(value)?.utilization, expected, String(value))
  check('TEXT application_utilization=0.83,rps_fractional=120,named_metrics.inflight=37', 0.83)
  check('TEXT cpu_utilization=0.5', 0.5)
  check('TEXT cpu_utilization=0.5, application_utilization=0.25', 0.25)
  check('TEXT application_utilization=7', 1)
  for (const garbage of [
    undefined,
    '',
    'TEXT',
    'TEXT application_utilization',
    'TEXT application_utilization=',
    'TEXT application_utilization=-1',
    'TEXT application_utilization=NaN',
    'JSON {"application_utilization":0.5}',
    `TEXT ${'a=1,'.repeat(500)}`,
  ]) {
    check(garbage, undefined)
  }
  check(['TEXT cpu_utilization=0.5', 'TEXT cpu_utilization=0.6'], undefined)
})

t.test('whatever comes, it is a share or nothing', async (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const used = loadReport(`TEXT application_utilization=${text}`)?.utilization
      return used === undefined || (used >= 0 && used <= 1)
    }),
    { seed: propertySeed(t) },
  )
})
