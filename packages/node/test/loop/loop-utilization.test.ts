import { turns } from '@headgate/conformance'
import t from 'tap'
import { createLoopUtilization } from '../../src/loop/loop-utilization.ts'

t.test('is a share, whenever it is asked', async (t) => {
  const utilization = createLoopUtilization()
  for (let asked = 0; asked < 50; asked += 1) {
    const share = utilization()
    if (!(share >= 0 && share <= 1)) t.fail(`${share} is no share`)
    await turns(1)
  }
  t.pass('always from 0 to 1')
})

t.test('counts from its own last call, whoever else asks', async (t) => {
  const mine = createLoopUtilization()
  const other = createLoopUtilization()
  await new Promise((resolve) => setTimeout(resolve, 30))
  other()
  t.ok(mine() < 1, 'the pause is in my span although the other asked in between')
  // A span without a single pause: the loop was busy throughout, however long that took.
  for (let x = 0; x < 1e6; x += 1) Math.sqrt(x)
  t.ok(mine() > 0.99)
})
