import { keptMb, MOST_KEPT_MB } from '@headgate/conformance'
import t from 'tap'

/** A context of OpenTelemetry's API is kept until its code is optimized, with or without us: 20,000 of 460 bytes. */
const CONTEXTS_MB = 10

t.test('the span of a request keeps nothing of it, though bursts have waited', async (t) => {
  const kept = await keptMb(new URL('../fixtures/young-spans.js', import.meta.url))
  t.ok(kept < MOST_KEPT_MB + CONTEXTS_MB, `${kept.toFixed(1)} MB were kept`)
})
