import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import t from 'tap'
import { showShortLivedListeners, warnOfKept } from '../../src/http/short-lived-listeners.ts'

t.test('nobody hears of what was shown', async (t) => {
  const heard: unknown[] = []
  const hear = (message: unknown): void => void heard.push(message)
  subscribe('http.server.response.created', hear)
  process.on('warning', hear)
  t.teardown(() => {
    unsubscribe('http.server.response.created', hear)
    process.off('warning', hear)
  })
  const { defaultMaxListeners } = EventEmitter
  EventEmitter.defaultMaxListeners = 1
  showShortLivedListeners()
  EventEmitter.defaultMaxListeners = defaultMaxListeners
  await new Promise((resolve) => setImmediate(resolve))
  t.same(heard, [])
})

t.test('what could not be shown is told as a warning', async (t) => {
  warnOfKept(new TypeError('no responses'))
  const [warning] = await once(process, 'warning')
  t.match(warning, { code: 'HG_WARN_KEPT_RESPONSES', message: /no responses/ })
})
