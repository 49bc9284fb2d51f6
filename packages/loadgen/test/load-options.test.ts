import t from 'tap'
import { LOAD_DEFAULTS, type LoadOptions, resolveLoadOptions } from '../src/load-options.ts'

const OPTIONS: LoadOptions = {
  url: 'http://127.0.0.1:3000',
  phases: [{ name: 'a', ratePerSecond: 1, durationMs: 1 }],
}

t.test('fills in the defaults, for undefined too', async (t) => {
  t.match(resolveLoadOptions({ ...OPTIONS, seed: undefined, targets: undefined }), LOAD_DEFAULTS)
})

t.test('refuses what is out of range, by name', async (t) => {
  const wrong: readonly (readonly [Partial<Record<keyof LoadOptions, unknown>>, RegExp])[] = [
    [{ url: 'https://127.0.0.1' }, /url/],
    [{ url: 'nonsense' }, /url/],
    [{ phases: [] }, /phases/],
    [{ phases: [{ name: 'x', ratePerSecond: -1, durationMs: 1 }] }, /x: ratePerSecond/],
    [{ phases: [{ name: 'x', ratePerSecond: 1, durationMs: 0 }] }, /x: durationMs/],
    [{ targets: [] }, /targets/],
    [{ targets: [{ name: 'x', path: 'y' }] }, /x: path/],
    [{ targets: [{ name: 'x', path: [] }] }, /x: path/],
    [{ targets: [{ name: 'x', path: '/', weight: 0 }] }, /x: weight/],
    [
      {
        targets: [
          { name: 'x', path: '/' },
          { name: 'x', path: '/y' },
        ],
      },
      /different names/,
    ],
    [{ connections: 0 }, /connections/],
    [{ connections: 1.5 }, /connections/],
    [{ timeoutMs: 0 }, /timeoutMs/],
    [{ maxLagMs: Number.NaN }, /maxLagMs/],
    [{ arrivals: 'bursty' }, /arrivals/],
  ]
  for (const [options, message] of wrong) {
    t.throws(() => resolveLoadOptions({ ...OPTIONS, ...options } as LoadOptions), message)
  }
})
