import t from 'tap'
import { isProbe } from '../../src/http/is-probe.ts'

t.test('knows the usual probes, read only', async (t) => {
  const check = (method: string | undefined, url: string | undefined, expected: boolean): void => {
    t.equal(isProbe({ method, url }), expected, `${method} ${url}`)
  }
  for (const url of ['/livez', '/readyz', '/healthz', '/health', '/metrics']) {
    check('GET', url, true)
    check('HEAD', url, true)
    check('GET', `${url}?full=1`, true)
    check('POST', url, false)
    check('OPTIONS', url, false)
    check('get', url, false)
    check('GET', `${url}/`, false)
    check('GET', `/api${url}`, false)
    check('GET', url.toUpperCase(), false)
  }
  check('GET', '/', false)
  check('GET', '', false)
  check('GET', '?/livez', false)
  check('GET', undefined, false)
  check(undefined, '/livez', false)
})
