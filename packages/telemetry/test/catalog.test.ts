import { readFileSync } from 'node:fs'
import t from 'tap'
import { CATALOG, otelName } from '../src/catalog.ts'
import { printCatalog } from './print-catalog.ts'

const PAGE = new URL('../../../../docs/reference/metrics.md', import.meta.url)

t.test('names are unique, and say their unit', async (t) => {
  t.equal(new Set(CATALOG.map(({ name }) => name)).size, CATALOG.length)
  for (const { name, type, unit } of CATALOG) {
    t.match(name, /^headgate_[a-z][a-z_]*$/)
    t.equal(type === 'counter', name.endsWith('_total'), name)
    t.equal(unit === 's', name.endsWith('_seconds'), name)
    t.equal(unit === 'By', name.endsWith('_bytes'), name)
  }
})

t.test('nothing is labelled by tenant', async (t) => {
  for (const { labels } of CATALOG) t.notOk(labels.includes('tenant'))
})

t.test('OpenTelemetry knows them by names of their own', async (t) => {
  const names = CATALOG.map(otelName)
  t.equal(new Set(names).size, names.length)
  t.ok(names.includes('headgate.wait'))
})

t.test('the reference has every metric, and no other', async (t) => {
  const page = readFileSync(PAGE, 'utf8')
  t.equal(page.slice(page.indexOf('| metric |')), printCatalog())
})
