import t from 'tap'
import { retryInvalid } from '../../src/measure/retry-invalid.ts'

/** What becomes of measurements with these reasons against them, one after the other. */
async function check(
  attempts: number,
  reasons: readonly string[][],
  expected: { readonly measured: number; readonly waited: number; readonly reasons: string[] },
): Promise<void> {
  let measured = 0
  let waited = 0
  const result = await retryInvalid(
    attempts,
    async () => ({ invalidReasons: reasons[measured++] ?? [] }),
    async () => {
      waited += 1
    },
  )
  t.same({ measured, waited, reasons: result.invalidReasons }, expected)
}

await check(3, [[]], { measured: 1, waited: 1, reasons: [] })
await check(3, [['a'], ['b'], []], { measured: 3, waited: 3, reasons: [] })
await check(3, [['a'], ['b'], ['c'], []], { measured: 3, waited: 3, reasons: ['c'] })
await check(1, [['a'], []], { measured: 1, waited: 0, reasons: ['a'] })
