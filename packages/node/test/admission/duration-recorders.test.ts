import type { DurationRecorder } from '@headgate/core'
import t from 'tap'
import { createAdmission } from '../../src/admission/create-admission.ts'
import { DurationRecorders } from '../../src/admission/duration-recorders.ts'

const OF = { lane: 0, rank: 1 }

function listening(heard: unknown[]): DurationRecorder {
  return {
    onWait: (_request, waitedMs) => heard.push(waitedMs),
    onService: (_request, outcome, heldMs) => heard.push(outcome, heldMs),
  }
}

t.test('each recorder hears every duration until it is ended', async (t) => {
  const recorders = new DurationRecorders(() => {})
  t.ok(recorders.isEmpty)
  const one: unknown[] = []
  const two: unknown[] = []
  const recorder = listening(one)
  const endFirst = recorders.add(recorder)
  const endAgain = recorders.add(recorder)
  const endOther = recorders.add(listening(two))
  recorders.onWait(OF, 1)
  endFirst()
  endFirst()
  recorders.onService(OF, 'ignore', 2)
  t.same(one, [1, 1, 'ignore', 2])
  t.same(two, [1, 'ignore', 2])
  endAgain()
  endOther()
  t.ok(recorders.isEmpty)
})

t.test('one that throws, or goes while it hears, costs the others nothing', async (t) => {
  const errors: unknown[] = []
  const recorders = new DurationRecorders((error) => errors.push(error))
  const heard: unknown[] = []
  const broken = new Error('broken')
  const end = recorders.add({
    onWait: () => end(),
    onService: () => t.fail('it has ended'),
  })
  recorders.add({
    onWait: () => {
      throw broken
    },
    onService: () => {
      throw broken
    },
  })
  recorders.add(listening(heard))
  recorders.onWait(OF, 1)
  recorders.onService(OF, 'success', 2)
  t.same(heard, [1, 'success', 2])
  t.same(errors, [broken, broken])
})

t.test('an admission tells them, and its own account of errors what they throw', async (t) => {
  const admission = createAdmission({ limit: 5 })
  t.teardown(() => admission.close())
  const heard: unknown[] = []
  const end = admission.recordDurations(listening(heard))
  const stop = admission.recordDurations({
    onWait: () => {
      throw new Error('broken')
    },
    onService: () => {},
  })
  const decision = admission.tryAcquire()
  if (decision.admitted) decision.permit.release('success')
  t.match(heard, [0, 'success', Number])
  t.equal(admission.snapshot().errors, 1)
  end()
  stop()
  admission.tryAcquire()
  t.equal(heard.length, 3)
})

t.test('what cannot hear is told of, and is not added', async (t) => {
  const admission = createAdmission({ limit: 5 })
  t.teardown(() => admission.close())
  const hear = (): void => {}
  for (const wrong of [undefined, {}, 'x', { onService: hear }]) {
    t.throws(() => admission.recordDurations(wrong as never), {
      code: 'HG_ERR_OPTION',
      option: 'recorder.onWait',
    })
  }
  t.throws(() => admission.recordDurations({ onWait: hear } as never), {
    code: 'HG_ERR_OPTION',
    option: 'recorder.onService',
  })
  const decision = admission.tryAcquire()
  if (decision.admitted) decision.permit.release('success')
  t.equal(admission.snapshot().errors, 0)
})
