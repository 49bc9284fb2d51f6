import t from 'tap'
import { SlotPool } from '../../src/workload/slot-pool.ts'

t.test('runs as many queries at once as it has slots, the others in order', async (t) => {
  const pool = new SlotPool(2)
  const started: number[] = []
  const finish: (() => void)[] = []
  const queries = [0, 1, 2, 3, 4].map((index) =>
    pool.run(async () => {
      started.push(index)
      await new Promise<void>((resolve) => finish.push(resolve))
    }),
  )
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
  await settle()
  t.same(started, [0, 1])
  finish.shift()?.()
  await settle()
  t.same(started, [0, 1, 2])
  while (finish.length > 0) {
    finish.shift()?.()
    await settle()
  }
  await Promise.all(queries)
  t.same(started, [0, 1, 2, 3, 4])
})

t.test('gives a slot back when the query fails', async (t) => {
  const pool = new SlotPool(1)
  await t.rejects(pool.run(async () => Promise.reject(new Error('lost connection'))))
  let ran = false
  await pool.run(async () => {
    ran = true
  })
  t.ok(ran)
})
