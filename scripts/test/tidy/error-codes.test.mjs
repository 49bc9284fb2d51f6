import t from 'tap'
import { checkErrorCodes } from '../../tidy/error-codes.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

function check(t, { declared, explained, used }) {
  return checkErrorCodes(
    plantWorkspace(t, {
      'packages/core/src/option/error-code.ts': declared.map((code) => `'HG_ERR_${code}'`).join(),
      'docs/reference/errors.md': explained.map((code) => `## \`HG_ERR_${code}\`\n`).join(''),
      'packages/core/src/a.ts': used.map((code) => `'HG_ERR_${code}'`).join(),
    }),
  )
}

t.test('used, declared and explained: all three agree', async (t) => {
  const one = ['ONE']
  const good = { declared: ['ONE', 'LATER'], explained: one, used: one }
  t.match(check(t, good), { seen: 1, problems: [] })
  t.match(check(t, { ...good, explained: [] }).problems, [/HG_ERR_ONE .* no section/])
  t.match(check(t, { ...good, used: ['ONE', 'TWO'] }).problems, [
    /TWO .* declared/,
    /TWO .* section/,
  ])
  t.match(check(t, { ...good, explained: ['ONE', 'OLD'] }).problems, [/OLD .* does not exist/])
})
