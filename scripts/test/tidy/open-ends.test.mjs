import t from 'tap'
import { checkOpenEnds } from '../../tidy/open-ends.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const MARK = ['TO', 'DO'].join('')

t.test('finds what is left open without an issue', async (t) => {
  const root = plantWorkspace(t, {
    'a.ts': `// ${MARK}: later\n// ${MARK}(#12): later\nconst text = '${MARK}'\n/*\n * ${MARK} that\n */`,
  })
  t.match(checkOpenEnds(root).problems, [/^a\.ts:1/, /^a\.ts:5/])
})
