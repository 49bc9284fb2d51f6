import t from 'tap'
import { checkDocLinks } from '../../tidy/doc-links.mjs'
import { plantWorkspace } from '../plant-workspace.mjs'

t.test('finds links that lead nowhere', async (t) => {
  const root = plantWorkspace(t, {
    'README.md': '[a](docs/a.md) [b](docs/gone.md) [c](https://example.com) [d](#here)',
    'docs/a.md': '[up](../README.md#top) [gone](b.md)',
  })
  t.match(checkDocLinks(root), {
    seen: 4,
    problems: [/^README\.md: docs\/gone\.md/, /^docs\/a\.md: b\.md/],
  })
})
