import t from 'tap'
import { missingGuard } from '../../src/http/missing-guard.ts'
import { markVisit } from '../../src/http/visit-mark.ts'

t.test('says whether there is no gate, or one that leaves nothing to routes', async (t) => {
  const request = {}
  const expected = {
    name: 'InvalidOptionError',
    code: 'HG_ERR_OPTION',
    message: /headgate\({ admit: 'route' }\)/,
  }
  t.match(missingGuard(request), { ...expected, message: /no gate/ })
  markVisit(request, null)
  t.match(missingGuard(request), { ...expected, message: /one without admit: 'route'/ })
  t.match(missingGuard(request), expected)
})
