import type { Decision, Outcome } from '@headgate/core'
import t from 'tap'
import { runWithPermit } from '../../src/admission/run-with-permit.ts'

t.test('gives the permit back however the work ends', async (t) => {
  const told: (Outcome | undefined)[] = []
  const permit = {
    ...{ tier: 'important' as const, waitedMs: 0, sample: (): void => {} },
    release: (outcome?: Outcome): void => void told.push(outcome),
  }
  const admitted: Promise<Decision> = Promise.resolve({ admitted: true, permit })
  t.equal(await runWithPermit(admitted, async () => 'done'), 'done')
  t.same(told, ['success', 'ignore'], 'the first counts')
  await t.rejects(
    runWithPermit(admitted, () => {
      throw new Error('failed')
    }),
    { message: 'failed' },
  )
  t.equal(told.at(-1), 'ignore')
  t.equal(told.length, 3)
})

t.test('a refusal is an error with its reason', async (t) => {
  const refused = Promise.resolve({ admitted: false, reason: 'shed', retryAfterMs: 1_000 } as const)
  await t.rejects(
    runWithPermit(refused, () => {}),
    { code: 'HG_ERR_REJECTED', reason: 'shed' },
  )
})
