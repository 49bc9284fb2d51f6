import t from 'tap'
import { Fifo } from '../src/fifo.ts'
import { SeededRandom } from '../src/seeded-random.ts'

t.test('gives back what went in, in order, for any history', async (t) => {
  const random = new SeededRandom(11)
  const fifo = new Fifo<number>()
  const model: number[] = []
  let differences = 0
  for (let step = 0; step < 50_000; step++) {
    // Grows for a while, then shrinks, so that it is cut off at many lengths.
    if (random.next() < (step % 10_000 < 5000 ? 0.7 : 0.35)) {
      fifo.push(step)
      model.push(step)
    } else {
      fifo.drop()
      model.shift()
    }
    if (fifo.peek() !== model[0] || fifo.size !== model.length) differences += 1
  }
  t.equal(differences, 0)
})
