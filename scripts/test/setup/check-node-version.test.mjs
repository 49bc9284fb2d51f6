import t from 'tap'
import { checkNodeVersion } from '../../setup/check-node-version.mjs'

t.test('takes 20.19 and newer, and says so to the rest', async (t) => {
  for (const version of ['20.19.0', '20.20.2', '22.1.0', '26.0.0']) checkNodeVersion(version)
  for (const version of ['18.20.0', '20.18.3', '4.0.0']) {
    t.throws(() => checkNodeVersion(version), /Node\.js 20\.19 or newer is needed/, version)
  }
})
