import t from 'tap'
import { RejectedError } from '../../src/admission/rejected-error.ts'

t.test('says by code and reason why, and when to come back', async (t) => {
  const error = new RejectedError({ admitted: false, reason: 'shed', retryAfterMs: 1_234.5 })
  t.type(error, Error)
  t.match(error, { name: 'RejectedError', code: 'HG_ERR_REJECTED', reason: 'shed' })
  t.equal(error.retryAfterMs, 1_234.5)
  t.match(error.message, /shed/)
  t.match(error.message, /1235 ms/)
})
