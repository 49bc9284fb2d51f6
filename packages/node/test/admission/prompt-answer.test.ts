import t from 'tap'
import { promptAnswer } from '../../src/admission/prompt-answer.ts'

t.test('is the answer, whatever it is', async (t) => {
  for (const answer of [
    true,
    false,
    0,
    '',
    null,
    undefined,
    'critical',
    {},
    withThen(5),
    () => {},
  ]) {
    t.equal(promptAnswer('tier', answer, t.fail), answer)
  }
})

t.test('is nothing when it comes later, and whoever asked hears why', async (t) => {
  for (const late of [Promise.resolve(1), Promise.reject(new Error('no')), withThen(() => {})]) {
    const errors: TypeError[] = []
    t.equal(
      promptAnswer('exempt', late, (error) => errors.push(error)),
      undefined,
    )
    t.match(errors, [/exempt must answer at once, got a promise/])
  }
})

/** What an old library, or a query builder, gives for a promise. */
function withThen(then: unknown): object {
  return Object.fromEntries([['then', then]])
}
