import t from 'tap'
import { openItems, parseAccount, sinceAccount } from '../../src/alerts/request-account.ts'

const EARLY = `# HELP headgate_requests_total Decisions
headgate_requests_total{tier="critical",pool="default",outcome="admitted",reason="",name="shop"} 5
headgate_requests_total{tier="optional",pool="default",outcome="rejected",reason="shed",name="shop"} 2
headgate_requests_total{tier="optional",pool="default",outcome="rejected",reason="full",name="shop"} 0
headgate_wait_seconds_count{tier="critical",pool="default",name="shop"} 5
headgate_service_seconds_count{tier="critical",pool="default",outcome="success",name="shop"} 4
headgate_in_flight{pool="default",name="shop"} 1
headgate_queued{pool="default",name="shop"} 3
headgate_queued_by_tier{tier="critical",name="shop"} 3
`
const LATER = EARLY.replace('"shop"} 5', '"shop"} 9')
  .replace('"shop"} 5', '"shop"} 9')
  .replace('"shop"} 2', '"shop"} 7')
  .replace('"shop"} 4', '"shop"} 8')

t.test('reads what became of requests', async (t) => {
  t.same(parseAccount(EARLY), {
    admitted: 5,
    rejectedBy: { shed: 2 },
    queued: 3,
    inFlight: 1,
    waited: 5,
    ended: 4,
  })
  t.same(openItems(parseAccount(EARLY), 10), [])
})

t.test('says what is not accounted for', async (t) => {
  const account = parseAccount(EARLY)
  t.match(openItems(account, 11), [/came, and admitted .* queued: 11 and 10/])
  t.match(openItems({ ...account, ended: 5 }, 10), [/admitted, and ended \+ in flight: 5 and 6/])
  t.match(openItems({ ...account, waited: 4 }, 10), [/admitted, and waited: 5 and 4/])
})

t.test('tells what came since', async (t) => {
  const since = sinceAccount(parseAccount(EARLY), parseAccount(LATER))
  t.match(since, { admitted: 4, rejectedBy: { shed: 5 }, waited: 4, ended: 4 })
})
