import t from 'tap'
import { ExponentialAverage } from '../../src/limit/exponential-average.ts'

t.test('is the plain mean while it warms up', async (t) => {
  const average = new ExponentialAverage(600, 3)
  t.equal(average.value, 0)
  const means = [10, 20, 60].map((value) => {
    average.add(value)
    return average.value
  })
  t.same(means, [10, 15, 30])
})

t.test('then gives each new value the weight 2 / (window + 1)', async (t) => {
  const average = new ExponentialAverage(3, 1)
  average.add(100)
  average.add(200)
  t.equal(average.value, 150)
  average.add(50)
  t.equal(average.value, 100)
})

t.test('can be scaled, which lasts once it is warm', async (t) => {
  const average = new ExponentialAverage(3, 2)
  average.add(100)
  average.scale(0.5)
  t.equal(average.value, 50)
  average.add(200)
  t.equal(average.value, 150, 'the mean of both values as they came')
  average.scale(0.5)
  average.add(75)
  t.equal(average.value, 75)
})
