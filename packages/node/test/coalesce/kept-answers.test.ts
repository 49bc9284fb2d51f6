import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { COALESCE_DEFAULTS } from '../../src/coalesce/coalesce-options.ts'
import { KeptAnswers } from '../../src/coalesce/kept-answers.ts'
import type { HeadTerms } from '../../src/coalesce/response-head.ts'

const OPTIONS = { ...COALESCE_DEFAULTS, ttlMs: 100, staleMs: 50, staleIfErrorMs: 2_000 }
const TERMS: HeadTerms = { vary: [], maxTtlMs: Number.POSITIVE_INFINITY, mayBeStale: true }

function keep(options = OPTIONS, terms: Partial<HeadTerms> = {}) {
  const clock = new VirtualClock()
  const answers = new KeptAnswers(clock, options)
  const onAnswer = (statusCode: number, over: Partial<HeadTerms> = terms): void => {
    const answer = { statusCode, statusMessage: undefined, headers: {}, madeMs: clock.nowMs() }
    answers.onAnswer('a', { answer, terms: { ...TERMS, ...over }, body: Buffer.from('x') })
  }
  onAnswer(200)
  const states = (...afterMs: number[]) =>
    afterMs.map((ms) => {
      clock.advance(ms - clock.nowMs())
      return answers.find('a').state
    })
  return { clock, answers, onAnswer, states }
}

t.test(
  'an answer is fresh for 0.9 to 1 of its TTL, then stale, then a bridge, then dead',
  async (t) => {
    t.same(keep().states(89, 101, 139, 151, 2_089, 2_101), [
      ...['fresh', 'stale', 'stale', 'bridge', 'bridge', 'dead'],
    ])
  },
)

t.test('what must not be stale is dead past its TTL, and stands in for nothing', async (t) => {
  const { answers, states } = keep(OPTIONS, { mayBeStale: false })
  t.same(states(89, 101), ['fresh', 'dead'])
  t.equal(answers.insteadOfError('a'), undefined)
})

t.test('who asked for no bridge gets none; for a second after one nobody asks again', async (t) => {
  const without = keep({ ...OPTIONS, staleIfErrorMs: 0 })
  without.states(120)
  t.ok(without.answers.standIn('a'))
  t.equal(without.answers.insteadOfError('a'), undefined)
  t.notOk(without.answers.isSpared('a'))
  const { answers, clock } = keep()
  t.ok(answers.insteadOfError('a'))
  t.ok(answers.isSpared('a'))
  clock.advance(1_000)
  t.notOk(answers.isSpared('a'))
})

t.test('an error leaves what is kept; an answer that may not be kept puts it out', async (t) => {
  const { answers, onAnswer } = keep()
  onAnswer(500, { maxTtlMs: 0 })
  onAnswer(304)
  t.equal(answers.find('a').state, 'fresh')
  onAnswer(200, { maxTtlMs: 0 })
  t.equal(answers.find('a').state, 'dead')
})
