import { keptMb, MOST_KEPT_MB } from '@headgate/conformance'
import t from 'tap'

for (const args of [['koa'], ['koa', 'older'], ['koa2']]) {
  const name = args.join(', its on-finished ')
  t.test(`${name}: a response keeps nothing, though bursts have waited`, async (t) => {
    const kept = await keptMb(new URL('../fixtures/young-responses.js', import.meta.url), args)
    t.ok(kept < MOST_KEPT_MB, `${kept.toFixed(1)} MB were kept`)
  })
}

t.test('nor does what an entrance is asked with', async (t) => {
  const kept = await keptMb(new URL('../fixtures/young-entering.js', import.meta.url))
  t.ok(kept < MOST_KEPT_MB, `${kept.toFixed(1)} MB were kept`)
})
