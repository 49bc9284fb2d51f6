import t from 'tap'
import { type EntryState, judgeEntry } from '../../src/cache/cache-entry.ts'

const ENTRY = {
  value: 'value',
  bytes: 1,
  storedAtMs: 0,
  loadMs: 0,
  freshUntilMs: 1_000,
  tags: [],
  epoch: 0,
  error: undefined,
  retryAtMs: 0,
  isUsed: false,
}

function check(nowMs: number, expected: EntryState, { hasValue = true, staleMs = 500 } = {}): void {
  const state = judgeEntry({ ...ENTRY, hasValue }, nowMs, { staleMs, staleIfErrorMs: 2_000 })
  t.equal(state, expected, `at ${nowMs}`)
}

t.test('a value is fresh, then stale, then a bridge, then dead', async () => {
  check(0, 'fresh')
  check(999.9, 'fresh')
  check(1_000, 'stale')
  check(1_499, 'stale')
  check(1_500, 'bridge')
  check(2_999, 'bridge')
  check(3_000, 'dead')
  check(4_000, 'stale', { staleMs: 5_000 })
  check(1_000, 'bridge', { staleMs: 0 })
})

t.test('an error is thrown again until its end', async () => {
  check(999, 'failed', { hasValue: false })
  check(1_000, 'dead', { hasValue: false })
})
