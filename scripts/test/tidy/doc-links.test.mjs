import t from 'tap'
import { checkDocLinks } from '../../tidy/doc-links.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

t.test('finds links that lead nowhere', async (t) => {
  const root = plantWorkspace(t, {
    'README.md': '[a](docs/a.md) [b](docs/gone.md) [c](https://example.com) [d](#here)',
    'docs/a.md': '[up](../README.md#top) [gone](b.md) `docs/a.md` `docs/c.md` `docs/*.md`',
  })
  t.match(checkDocLinks(root), {
    seen: 6,
    problems: [
      /^README\.md: docs\/gone\.md/,
      /^docs\/a\.md: docs\/b\.md/,
      /docs\/c\.md does not exist/,
    ],
  })
})
