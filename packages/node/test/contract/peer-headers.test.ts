import { TIERS, type Tier } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import { resolveHeaderNames } from '../../src/contract/header-names.ts'
import { MALFORMED_TENANT, PeerHeaders, withPeer } from '../../src/contract/peer-headers.ts'
import type { AskingRequest } from '../../src/http/asking-request.ts'

/** What is asked for a request with these headers, and how many of them made no sense. */
function asked(
  headers: Record<string, string | string[]>,
  known: AskingRequest = {},
): AskingRequest & { malformed: number } {
  let malformed = 0
  const peers = new PeerHeaders(resolveHeaderNames(), () => {
    malformed += 1
  })
  return { ...withPeer(known, peers.read(headers)), malformed }
}

t.test('what a peer says is believed', async (t) => {
  const headers = {
    'x-request-deadline-ms': '250',
    'x-request-tier': 'critical',
    'x-tenant-id': 'acme',
    'x-request-attempt': '1;max=3;kind=first',
  }
  t.match(asked(headers), {
    deadlineMs: 250,
    tier: 'critical',
    tenant: 'acme',
    attempt: 1,
    malformed: 0,
  })
  t.match(asked({}), { deadlineMs: undefined, tier: undefined, tenant: undefined, malformed: 0 })
})

t.test('the nearest deadline counts, whoever says so', async (t) => {
  const both = { 'x-request-deadline-ms': '250', 'grpc-timeout': '1S' }
  t.equal(asked(both).deadlineMs, 250)
  t.equal(asked({ ...both, 'grpc-timeout': '100m' }).deadlineMs, 100)
  t.equal(asked(both, { deadlineMs: 50 }).deadlineMs, 50)
  t.equal(asked(both, { deadlineMs: 5_000 }).deadlineMs, 250)
  t.equal(asked({ 'x-request-deadline-ms': '0' }).deadlineMs, 0)
})

t.test('a tier of a route or an option is the most that it may be', async (t) => {
  const check = (said: Tier, known: Tier, tier: Tier): void => {
    t.equal(asked({ 'x-request-tier': said }, { tier: known }).tier, tier)
  }
  check('opportunistic', 'critical', 'opportunistic')
  check('critical', 'optional', 'optional')
  check('optional', 'optional', 'optional')
  t.equal(asked({ 'x-request-tier': 'critical' }, { tier: 'vip' as never }).tier, 'vip')
})

t.test('hedges are asked for with the least tier, retries with the next', async (t) => {
  const check = (attempt: string, stated: Tier | undefined, tier: Tier | undefined): void => {
    const found = asked({ 'x-request-attempt': attempt }, { tier: stated })
    t.equal(found.tier, tier, attempt)
    const isFirst = found.statedTier === undefined
    t.equal(found.statedTier, isFirst ? undefined : (stated ?? 'important'))
  }
  check('1', 'important', 'important')
  check('2;kind=retry', 'critical', 'important')
  check('2;kind=retry', undefined, 'optional')
  check('3', 'optional', 'opportunistic')
  check('2', 'opportunistic', 'opportunistic')
  for (const tier of TIERS) check('2;kind=hedge', tier, 'opportunistic')
})

t.test('of a value that comes twice, the one that gives least counts', async (t) => {
  const check = (name: string, value: string | string[], expected: object): void => {
    t.match(asked({ [name]: value }), { ...expected, malformed: 1 }, `${name}: ${value}`)
  }
  check('x-request-tier', 'critical, optional', { tier: 'optional' })
  check('x-request-tier', 'junk, opportunistic', { tier: 'opportunistic' })
  check('x-request-tier', `${'junk,'.repeat(500)}optional`, { tier: 'optional' })
  check('x-request-tier', ['critical', 'optional'], { tier: 'optional' })
  check('x-request-tier', 'junk', { tier: undefined })
  check('x-request-deadline-ms', '900, 100', { deadlineMs: 100 })
  check('x-request-deadline-ms', '-5', { deadlineMs: undefined })
  check('grpc-timeout', '1S, 1m', { deadlineMs: 1 })
  check('x-request-attempt', '1, 2;kind=hedge', { tier: 'opportunistic' })
  check('x-request-attempt', '3, 2;kind=retry, 1', { tier: 'optional' })
  check('x-tenant-id', 'evil, acme', { tenant: MALFORMED_TENANT })
})

t.test('names that make no sense are one tenant, unless the server knows better', async (t) => {
  for (const name of ['a, b', '', 'x'.repeat(129), MALFORMED_TENANT]) {
    t.match(asked({ 'x-tenant-id': name }), { tenant: MALFORMED_TENANT, malformed: 1 })
    t.match(asked({ 'x-tenant-id': name }, { tenant: 'peer' }), { tenant: 'peer', malformed: 1 })
  }
  t.equal(asked({ 'x-tenant-id': 'acme' }, { tenant: 'peer' }).tenant, 'acme')
})

t.test('whatever is put before what the peer says gains nothing', async (t) => {
  const junk = fc.oneof(
    fc.string(),
    fc.constantFrom(...TIERS, '9999', '1', '1H', '1;kind=first', 'acme'),
  )
  const names = { tier: 'x-request-tier', deadline: 'x-request-deadline-ms' }
  fc.assert(
    fc.property(junk, fc.constantFrom(...TIERS), fc.nat(10_000), (first, tier, deadlineMs) => {
      const honest = asked({ [names.tier]: tier, [names.deadline]: `${deadlineMs}` })
      const forged = asked({
        [names.tier]: `${first}, ${tier}`,
        [names.deadline]: `${first}, ${deadlineMs}`,
      })
      const rank = (request: AskingRequest): number => TIERS.indexOf(request.tier as Tier)
      return (
        rank(forged) >= rank(honest) &&
        (forged.deadlineMs as number) <= (honest.deadlineMs as number) &&
        forged.malformed === 2
      )
    }),
    { numRuns: 1_000 },
  )
  t.pass()
})
