import t from 'tap'
import { AllowedOrigins } from '../../src/mouth/allowed-origins.ts'

t.test('lets through what was named, and nothing that looks like it', async (t) => {
  const allowed = new AllowedOrigins('o', [
    'https://api.example.com',
    'http://*.internal:*',
    'http://localhost:80',
    'https://10.0.0.1:8443',
  ])
  const check = (origin: string, expected: boolean) =>
    t.equal(allowed.has(origin), expected, origin)
  for (let round = 0; round < 2; round += 1) {
    check('https://api.example.com', true)
    check('http://api.example.com', false)
    check('https://api.example.com:8443', false)
    check('https://api.example.com.evil.test', false)
    check('https://apixexample.com', false)
    check('http://orders.internal', true)
    check('http://orders.internal:3000', true)
    check('http://a.orders.internal', true)
    check('http://internal', false)
    check('http://evil.test/.internal', false)
    check('http://orders.internal:3000.evil.test', false)
    check('http://localhost', true)
    check('https://10.0.0.1:8443', true)
    check('', false)
  }
})

t.test('what is no origin is told at once', async (t) => {
  for (const wrong of [
    '',
    'example.com',
    'ftp://a',
    'http://a/path',
    'http://a*b',
    'http://*.*',
    5,
  ]) {
    t.throws(() => new AllowedOrigins('o', [wrong as string]), {
      code: 'HG_ERR_OPTION',
      option: 'o',
    })
  }
  t.throws(() => new AllowedOrigins('o', 'http://a' as never), { code: 'HG_ERR_OPTION' })
})
