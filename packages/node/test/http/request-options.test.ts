import t from 'tap'
import { RequestClassifier, type RequestOptions } from '../../src/http/request-options.ts'
import { createAdmission } from '../../src/index.ts'

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
  const check = (answer: unknown, expected: boolean): void => {
    const { classifier, counted } = create({ exempt: () => answer })
    t.equal(classifier.isExempt(ORDER), expected, String(answer))
    t.equal(classifier.isExempt(PROBE), expected, 'and the default is not asked')
    t.same(counted(), { errors: 0, malformed: 0 })
  }
  check(true, true)
  check(false, false)
  check(undefined, false)
  check(1, false)
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

t.test('an async tier or deadline is told of, and the request gets the default', async (t) => {
  const { classifier, told, counted } = create({
    tier: async () => 'critical',
    deadlineMs: async () => 1,
  })
  t.same(classifier.classify(ORDER, undefined), { tier: undefined, deadlineMs: undefined })
  t.match(told, [
    ['tier', /^tier must answer at once/],
    ['deadlineMs', /^deadlineMs must answer at once/],
  ])
  t.same(counted(), { errors: 2, malformed: 2 })
})

t.test("a route's own settings are asked before any function", async (t) => {
  const { classifier, told } = create({ tier: async () => 'critical', deadlineMs: async () => 1 })
  const base = { tier: 'optional', deadlineMs: 50 } as const
  t.match(classifier.classify(ORDER, base), base)
  t.same(told, [])
})

t.test('an async function that fails does not end the process', async (t) => {
  const { classifier, told, counted } = create({
    tier: async () => {
      throw new Error('no session')
    },
  })
  classifier.classify(ORDER, undefined)
  await new Promise((resolve) => setImmediate(resolve))
  t.match(told, [['tier', /^tier must answer at once/]], 'told of once, for what it is')
  t.same(counted(), { errors: 1, malformed: 1 })
})
