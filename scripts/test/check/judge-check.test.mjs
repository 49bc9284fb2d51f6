import t from 'tap'
import { judgeCheck } from '../../check/judge-check.mjs'

t.test('passes when something was seen and nothing was wrong', async (t) => {
  t.strictSame(judgeCheck({ name: 'x', seen: 3, problems: [] }), {
    verdict: 'passed',
    text: 'ok    x: 3 files',
  })
})

t.test('fails with its problems', async (t) => {
  const { verdict, text } = judgeCheck({ name: 'x', seen: 3, problems: ['one', 'two'] })
  t.equal(verdict, 'failed')
  t.match(text, /FAIL {2}x: 3 files, 2 problems\n +one\n +two/)
})

t.test('fails when it saw nothing, whatever it says', async (t) => {
  for (const seen of [0, undefined, Number.NaN]) {
    t.match(judgeCheck({ name: 'x', seen, problems: [] }), {
      verdict: 'failed',
      text: 'FAIL  x: saw no files',
    })
  }
})

t.test('a check that could not run is skipped, and says why', async (t) => {
  t.strictSame(judgeCheck({ name: 'x', skipped: 'no binary' }), {
    verdict: 'skipped',
    text: 'skip  x: no binary',
  })
})
