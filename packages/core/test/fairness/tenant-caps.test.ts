import t from 'tap'
import { FlowGroup } from '../../src/fairness/flow.ts'
import { TenantCaps } from '../../src/fairness/tenant-caps.ts'

t.test('a tenant may have a quarter of the room waiting, and at least eight', async (t) => {
  const { caps, tenant } = setUp()
  caps.update(0.5, undefined)
  tenant.queued = 24
  t.equal(caps.maySend(tenant, 100), true)
  tenant.queued = 25
  t.equal(caps.maySend(tenant, 100), false)
  tenant.queued = 7
  t.equal(caps.maySend(tenant, 10), true)
  tenant.queued = 8
  t.equal(caps.maySend(tenant, 10), false)
})

t.test('or as many as the option says', async (t) => {
  const { caps, tenant } = setUp()
  caps.update(0.5, 3)
  tenant.queued = 2
  t.equal(caps.maySend(tenant, 1_000), true)
  tenant.queued = 3
  t.equal(caps.maySend(tenant, 1_000), false)
})

t.test('it may have its part of the limit in flight, rounded up, and one at least', async (t) => {
  const { caps, tenant } = setUp()
  caps.update(0.25, undefined)
  t.equal(caps.mayStart(tenant, 50, 10), true, 'the first may, however wide')
  tenant.inFlight = 2
  t.equal(caps.mayStart(tenant, 1, 10), true)
  t.equal(caps.mayStart(tenant, 2, 10), false)
  tenant.inFlight = 3
  t.equal(caps.mayStart(tenant, 1, 10), false)
  t.equal(caps.mayStart(tenant, 1, 13), true)
})

t.test('whoever is no tenant has no bound', async (t) => {
  const { caps, other } = setUp()
  caps.update(0.1, 1)
  other.queued = 1e6
  other.inFlight = 1e6
  t.equal(caps.maySend(other, 10), true)
  t.equal(caps.mayStart(other, 1, 10), true)
})

function setUp() {
  const create = (isTenant: boolean) => new FlowGroup('', { isTenant, isKept: false }, 1)
  return { caps: new TenantCaps(), tenant: create(true), other: create(false) }
}
