import { keptMb, MOST_KEPT_MB } from '@headgate/conformance'
import t from 'tap'

t.test(
  'what Koa makes for a response keeps nothing of it, though bursts have waited',
  async (t) => {
    const kept = await keptMb(new URL('../fixtures/young-responses.js', import.meta.url))
    t.ok(kept < MOST_KEPT_MB, `${kept.toFixed(1)} MB were kept`)
  },
)
