import t from 'tap'
import { hasParser, NO_PARSER } from '../../check/parse-source.mjs'
import { checkTestPlaces } from '../../tidy/test-places.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

const skip = hasParser() ? false : NO_PARSER

t.test('a test mirrors the file it tests', { skip }, async (t) => {
  const root = plantWorkspace(t, {
    'packages/a/src/limit/aimd.ts': '',
    'packages/a/test/limit/aimd.test.ts': '',
    'packages/a/test/limit/aimd-traces.test.ts': '',
    'packages/a/test/limit/several.test.ts': "import '../../src/a.ts'\nimport '../../src/b.ts'",
    'packages/a/test/issues/12-short.test.ts': '',
    'packages/a/test/aimd.test.ts': '',
    'packages/a/test/limit/renamed.test.ts': "import '../../src/limit/aimd.ts'",
    'scripts/check/lint.mjs': '',
    'scripts/test/check/lint.test.mjs': '',
    'scripts/test/check/gone.test.mjs': '',
  })
  t.match(checkTestPlaces(root), {
    seen: 8,
    problems: [
      /^packages\/a\/test\/aimd\.test/,
      /^packages\/a\/test\/limit\/renamed/,
      /^scripts\/test\/check\/gone/,
    ],
  })
})
