import { keptMb, MOST_KEPT_MB } from '@headgate/conformance'
import t from 'tap'

t.test(
  'listeners of an event keep nothing, though pools of connections live on and bursts have waited',
  async (t) => {
    const kept = await keptMb(new URL('../fixtures/young-listeners.js', import.meta.url))
    t.ok(kept < MOST_KEPT_MB, `${kept.toFixed(1)} MB were kept`)
  },
)

t.test('nor does what an entrance is asked with', async (t) => {
  const kept = await keptMb(new URL('../fixtures/young-entering.js', import.meta.url))
  t.ok(kept < MOST_KEPT_MB, `${kept.toFixed(1)} MB were kept`)
})
