import t from 'tap'
import { judgeCheck } from '../../check/judge-check.mjs'
import { TIDY_RULES } from '../../tidy/tidy-rules.mjs'
import { WORKSPACE_ROOT } from '../../workspace/workspace-root.mjs'

t.test('the repository is tidy', async (t) => {
  for (const rule of TIDY_RULES) {
    const { verdict, text } = judgeCheck(rule(WORKSPACE_ROOT))
    if (verdict === 'skipped') t.skip(text)
    else t.equal(verdict, 'passed', text)
  }
})
