import t from 'tap'
import { createAdmission } from '../../src/admission/create-admission.ts'
import type { BeginTrace } from '../../src/http/request-trace.ts'

const begin: BeginTrace = () => undefined

t.test('an admission has one tracer, and the first stays', async (t) => {
  const admission = createAdmission({ limit: 5 })
  t.teardown(() => admission.close())
  const end = admission.traceRequests(begin)
  const first = admission.beginTrace
  for (const second of [begin, (): undefined => undefined]) {
    t.throws(() => admission.traceRequests(second), {
      code: 'HG_ERR_OPTION',
      option: 'tracer',
      message: /only one of its admission \(stop the first.*got "a second"/,
    })
  }
  t.equal(admission.beginTrace, first)
  end()
  t.equal(admission.beginTrace, undefined)
  const endNext = admission.traceRequests(begin)
  end()
  t.type(admission.beginTrace, 'function', 'what was ended does not end what came after')
  endNext()
  t.equal(admission.beginTrace, undefined)
})

t.test('what is no function is told of at once', async (t) => {
  const admission = createAdmission({ limit: 5 })
  t.teardown(() => admission.close())
  for (const wrong of [undefined, {}, 'x']) {
    t.throws(() => admission.traceRequests(wrong as never), {
      code: 'HG_ERR_OPTION',
      option: 'begin',
    })
  }
  t.equal(admission.beginTrace, undefined)
})
