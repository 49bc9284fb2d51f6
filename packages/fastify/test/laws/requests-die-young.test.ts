import { keptMb, MOST_KEPT_MB } from '@headgate/conformance'
import t from 'tap'

t.test('what an entrance is asked with keeps nothing, though bursts have waited', async (t) => {
  const kept = await keptMb(new URL('../fixtures/young-entering.js', import.meta.url))
  t.ok(kept < MOST_KEPT_MB, `${kept.toFixed(1)} MB were kept`)
})
