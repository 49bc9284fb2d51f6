import { execFileSync } from 'node:child_process'
import t from 'tap'
import { systemClock } from '../../src/time/system-clock.ts'

t.test('never goes back', async (t) => {
  let last = systemClock.nowMs()
  for (let readings = 0; readings < 1_000; readings += 1) {
    const now = systemClock.nowMs()
    if (now < last) t.fail(`${now} after ${last}`)
    last = now
  }
  t.ok(Number.isFinite(last))
})

t.test('runs a task once, and not before its time', async (t) => {
  const beganMs = systemClock.nowMs()
  let runs = 0
  const ranMs = await new Promise<number>((resolve) => {
    systemClock.schedule(5, () => {
      runs += 1
      resolve(systemClock.nowMs())
    })
    // The clock's own timers let the process go; the test has to wait by itself.
    const keep = setInterval(() => {}, 1_000)
    t.teardown(() => clearInterval(keep))
  })
  // Node's timers count in whole milliseconds.
  t.ok(ranMs - beganMs >= 4)
  t.equal(runs, 1)
})

t.test('does not run what was cancelled', async (t) => {
  let ran = false
  const cancel = systemClock.schedule(1, () => {
    ran = true
  })
  cancel()
  cancel()
  await new Promise((resolve) => setTimeout(resolve, 10))
  t.notOk(ran)
})

t.test('a task of the far future does not run at once', async (t) => {
  let ran = 0
  const count = (): void => {
    ran += 1
  }
  const cancels = [2 ** 31, 1e12].map((delayMs) => systemClock.schedule(delayMs, count))
  await new Promise((resolve) => setTimeout(resolve, 20))
  for (const cancel of cancels) cancel()
  t.equal(ran, 0)
})

t.test('is not stopped by a test that fakes the globals', async (t) => {
  const { setTimeout: real } = globalThis
  t.teardown(() => {
    globalThis.setTimeout = real
  })
  globalThis.setTimeout = (() => t.fail('the fake was called')) as unknown as typeof setTimeout
  const ran = new Promise<void>((resolve) => systemClock.schedule(1, resolve))
  const keep = real(() => {}, 60_000)
  await ran
  clearTimeout(keep)
  t.pass('the real timer fired')
})

t.test('does not keep the process alive', async (t) => {
  const module = new URL('../../src/time/system-clock.js', import.meta.url)
  const script = `
    const { systemClock } = await import(${JSON.stringify(module.href)})
    systemClock.schedule(3_600_000, () => {})
    process.on('exit', () => process.stdout.write('left'))
  `
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 30_000,
  })
  t.equal(output.toString(), 'left')
})
