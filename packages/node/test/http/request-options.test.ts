import { createServer } from 'node:http'
import { ask, listening } from '@headgate/conformance'
import t from 'tap'
import { RequestClassifier, type RequestOptions } from '../../src/http/request-options.ts'
import { createRouteRule, type RouteOptions } from '../../src/http/route-options.ts'
import { createAdmission, wrap } from '../../src/index.ts'

interface Asked {
  readonly method: string
  readonly url: string
}

const ORDER: Asked = { method: 'GET', url: '/orders' }
const PROBE: Asked = { method: 'GET', url: '/livez' }

/** A classifier whose options are what a user without a type checker may give, and what was told of it. */
function create(options: Readonly<Record<string, (request: Asked) => unknown>>) {
  const admission = createAdmission()
  const told: [string, string][] = []
  admission.subscribe((event) => {
    if (event.type === 'error') told.push([event.source, (event.error as Error).message])
  })
  const classifier = new RequestClassifier(options as RequestOptions<Asked>, admission)
  const counted = () => {
    const { errors, malformed } = admission.snapshot()
    admission.close()
    return { errors, malformed }
  }
  return { classifier, told, counted }
}

t.test('what is exempt is what the function says at once', async (t) => {
  const check = (answer: unknown, expected: boolean, errors = 0): void => {
    const { classifier, counted } = create({ exempt: () => answer })
    t.equal(classifier.isExempt(ORDER), expected, String(answer))
    t.equal(classifier.isExempt(PROBE), expected, 'and the default is not asked')
    t.same(counted(), { errors, malformed: errors }, 'what is no answer is counted')
  }
  check(true, true)
  check(false, false)
  check(undefined, false)
  check(null, false)
  check(1, false, 2)
  check('yes', false, 2)
})

t.test('an async exempt is told of at its first promise, and only probes are exempt', async (t) => {
  for (const answer of [true, false]) {
    const { classifier, told, counted } = create({ exempt: async () => answer })
    t.equal(classifier.isExempt(ORDER), false)
    t.equal(told.length, 1)
    t.equal(classifier.isExempt(PROBE), true)
    for (let asked = 0; asked < 50; asked += 1) classifier.isExempt(ORDER)
    t.match(told[0], ['exempt', /^exempt must answer at once, got a promise/])
    t.ok(told.length < 10, 'not once for each request')
    t.same(counted(), { errors: 52, malformed: 52 }, 'each is counted')
  }
})

t.test('an async function is told of, and the request gets the default', async (t) => {
  const { classifier, told, counted } = create({
    tier: async () => 'critical',
    tenant: async () => 'acme',
    anonymous: async () => '192.0.2.1',
    cost: async () => 2,
    deadlineMs: async () => 1,
  })
  const request = classifier.classify(ORDER)
  t.same(
    Object.values(request).filter((value) => value !== undefined),
    [],
  )
  for (const name of ['tier', 'tenant', 'anonymous', 'cost', 'deadlineMs']) {
    t.ok(
      told.some(([source, message]) => source === name && message.includes('must answer at once')),
      name,
    )
  }
  t.same(counted(), { errors: 5, malformed: 5 })
})

t.test('a function that throws is told of, and the request gets the default', async (t) => {
  const fail = (): never => {
    throw new Error('not today')
  }
  const { classifier, told, counted } = create({
    ...{ tier: fail, tenant: fail, anonymous: fail, cost: fail, deadlineMs: fail },
  })
  const request = classifier.classify(ORDER)
  t.same(
    Object.values(request).filter((value) => value !== undefined),
    [],
  )
  t.equal(told.length, 5)
  t.same(counted(), { errors: 5, malformed: 0 })
})

t.test('an answer that is none is told of, with what was expected', async (t) => {
  const check = (
    options: Readonly<Record<string, () => unknown>>,
    source: string,
    message: string,
  ): void => {
    const { classifier, told, counted } = create(options)
    classifier.classify(ORDER)
    t.same(told, [[source, message]])
    t.equal(counted().errors, 1)
  }
  const tiers = "'critical', 'important', 'optional', 'opportunistic'"
  const tier = `tier must answer one of ${tiers} or undefined`
  check({ tier: () => 'vital' }, 'tier', `${tier}, got "vital"`)
  check({ tier: () => ['critical'] }, 'tier', `${tier}, got an array`)
  const pool = "pool must answer one of 'default' or undefined"
  check({ pool: () => 'database' }, 'pool', `${pool}, got "database"`)
  const long = `${pool}, got ${JSON.stringify(`\n${'x'.repeat(39)}`)} and so on`
  check({ pool: () => `\n${'x'.repeat(1e6)}` }, 'pool', long)
  check({ tenant: () => null }, 'tenant', 'tenant must answer a string or undefined, got null')
  check({ tenant: () => 7 }, 'tenant', 'tenant must answer a string or undefined, got 7')
  const anonymous = 'anonymous must answer a string or undefined'
  check({ anonymous: () => ({}) }, 'anonymous', `${anonymous}, got a value of type object`)
  const cost = 'cost must answer an integer from 1 or undefined'
  check({ cost: () => 1.5 }, 'cost', `${cost}, got 1.5`)
  check({ cost: () => 0 }, 'cost', `${cost}, got 0`)
  check({ cost: () => '2' }, 'cost', `${cost}, got "2"`)
  const deadlineMs = 'deadlineMs must answer a number or undefined'
  check({ deadlineMs: () => Number.NaN }, 'deadlineMs', `${deadlineMs}, got NaN`)
  check({ deadlineMs: () => 10n }, 'deadlineMs', `${deadlineMs}, got a value of type bigint`)
})

t.test('an answer that is none gets the default, and is malformed once', async (t) => {
  const admission = createAdmission({ limit: 5 })
  t.teardown(() => admission.close())
  const answers = { tier: () => 'vital', pool: () => 'database', tenant: () => 7, cost: () => 0 }
  const options = { admission, ...answers } as object
  const listener = wrap((_request, response) => response.end('served'), options)
  const port = await listening(t, createServer(listener))
  t.equal((await ask(port)).body, 'served')
  const { errors, malformed, admitted } = admission.snapshot()
  t.same(
    { errors, malformed, important: admitted.important },
    { errors: 4, malformed: 4, important: 1 },
  )
})

t.test('hands on what the functions say', async (t) => {
  const { classifier } = create({
    tier: ({ method }) => (method === 'GET' ? 'optional' : 'critical'),
    tenant: ({ url }) => url.slice(1),
    anonymous: () => '192.0.2.1',
    cost: () => 3,
    deadlineMs: () => 250,
  })
  t.same(classifier.classify(ORDER), {
    tier: 'optional',
    tenant: 'orders',
    anonymous: '192.0.2.1',
    cost: 3,
    deadlineMs: 250,
    flow: undefined,
  })
})

t.test('numbers need no function', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const classifier = new RequestClassifier<Asked>({ cost: 2, deadlineMs: 100 }, admission)
  t.match(classifier.classify(ORDER), { cost: 2, deadlineMs: 100 })
})

t.test("a route's own settings are asked before any function of all routes", async (t) => {
  const never = (): never => t.fail('was asked') as never
  const { classifier, told } = create({
    tier: never,
    tenant: never,
    cost: never,
    deadlineMs: never,
  })
  const fixed = { tier: 'optional', tenant: 'acme', cost: 2, deadlineMs: 50 } as const
  t.match(classifier.classify(ORDER, createRouteRule(fixed, 'GET /orders')), {
    ...fixed,
    flow: 'GET /orders',
  })
  const asking = { tenant: ({ url }: Asked) => url, cost: () => 4, tier: 'critical', deadlineMs: 1 }
  t.match(classifier.classify(ORDER, createRouteRule(asking as RouteOptions<Asked>)), {
    tenant: '/orders',
    cost: 4,
  })
  t.same(told, [])
})

t.test('nothing is made for a request of which all is known', async (t) => {
  const { classifier } = create({})
  const rule = createRouteRule<Asked>({ tier: 'critical' }, 'GET /orders')
  t.equal(classifier.classify(ORDER, rule), rule.fixed)
  t.equal(classifier.classify(ORDER), classifier.classify(PROBE))
})

t.test('an async function that fails does not end the process', async (t) => {
  const { classifier, told, counted } = create({
    tier: async () => {
      throw new Error('no session')
    },
  })
  classifier.classify(ORDER)
  await new Promise((resolve) => setImmediate(resolve))
  t.match(told, [['tier', /^tier must answer at once/]], 'told of once, for what it is')
  t.same(counted(), { errors: 1, malformed: 1 })
})

t.test(
  'a sender is believed by true and nothing else, and where trust fails by nobody',
  async (t) => {
    const said = { ...ORDER, headers: { 'x-request-tier': 'optional', 'x-tenant-id': 'acme' } }
    const check = (trust: () => unknown, isBelieved: boolean, malformed = 0): void => {
      const { classifier, counted } = create({ trust: trust as () => boolean })
      const { tier, tenant } = classifier.classifyTrusting(said as Asked)
      t.same([tier, tenant], isBelieved ? ['optional', 'acme'] : [undefined, undefined], `${trust}`)
      t.equal(counted().malformed, malformed, `${trust}`)
    }
    check(() => true, true)
    check(() => false, false)
    check(() => undefined, false)
    check(() => 'true', false, 1)
    check(() => 1, false, 1)
    check(() => ({}), false, 1)
    check(async () => true, false, 1)
    check(() => {
      throw new Error('no mesh')
    }, false)
  },
)
