import { execFileSync } from 'node:child_process'
import { until } from '@headgate/conformance'
import t from 'tap'
import { requestCollection, watchMajorCollections } from '../../src/pressure/major-collections.ts'

t.test('a collection that is asked for comes, and everybody who watches hears of it', async (t) => {
  let first = 0
  let second = 0
  const count = (): void => {
    second += 1
  }
  const ends = [
    watchMajorCollections(() => {
      first += 1
    }),
    watchMajorCollections(count),
    watchMajorCollections(count),
  ]
  t.teardown(() => {
    for (const end of ends) end()
  })
  await until('both have heard', () => {
    requestCollection()
    return first > 0 && second >= 2 * first
  })
  ends[1]?.()
  ends[1]?.()
  const [before, after] = [first, second]
  await until('the other one of two alike still hears', () => {
    requestCollection()
    return first > before && second > after
  })
  t.ok(second - after <= first - before, 'and once each time')
})

t.test('does not keep the process alive', async (t) => {
  const module = new URL('../../src/pressure/major-collections.js', import.meta.url)
  const script = `
    const { requestCollection, watchMajorCollections } = await import(${JSON.stringify(module.href)})
    watchMajorCollections(() => {})
    requestCollection()
    process.on('exit', () => process.stdout.write('left'))
  `
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 30_000,
  })
  t.equal(output.toString(), 'left')
})
