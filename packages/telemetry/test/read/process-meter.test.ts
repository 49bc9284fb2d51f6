import t from 'tap'
import { ProcessMeter } from '../../src/read/process-meter.ts'

const BLOCK_MS = 80

function block(): void {
  const untilMs = performance.now() + BLOCK_MS
  while (performance.now() < untilMs);
}

function longestMs(meter: ProcessMeter): number {
  const longest = meter
    .read()
    .find(({ name, labels }) => name.includes('event_loop_delay') && labels.stat === 'max')
  return (longest?.value ?? Number.NaN) * 1_000
}

/** Until the loop's own timer has seen what there was. */
const seen = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60))

t.test('a reading takes nothing from the next', async (t) => {
  const meter = new ProcessMeter()
  meter.start()
  t.teardown(() => meter.stop())
  await seen()
  block()
  await seen()
  t.ok(longestMs(meter) > BLOCK_MS / 2)
  t.ok(longestMs(meter) > BLOCK_MS / 2, 'somebody else sees it as well')
  t.same(
    meter.read().map(({ name, labels }) => `${name} ${labels.stat ?? ''}`.trim()),
    [
      'headgate_event_loop_utilization_ratio',
      ...['mean', 'p50', 'p99', 'max'].map((stat) => `headgate_event_loop_delay_seconds ${stat}`),
      'headgate_heap_used_bytes',
      'headgate_heap_limit_bytes',
    ],
  )
})

t.test('what is long ago is forgotten after two windows', async (t) => {
  const meter = new ProcessMeter(1)
  meter.start()
  t.teardown(() => meter.stop())
  await seen()
  block()
  await seen()
  const first = longestMs(meter)
  t.ok(first > BLOCK_MS / 2)
  await seen()
  meter.read()
  await seen()
  // How much less does not matter: it is of other turns.
  t.not(longestMs(meter), first)
})
