import t from 'tap'
import { ThreadTime, type ThreadUser } from '../../src/admission/thread-time.ts'

function users(count: number): ThreadUser[] {
  return Array.from({ length: count }, () => ({ threadMs: 0, hasThread: false }))
}

const timesOf = (list: readonly ThreadUser[]): number[] => list.map(({ threadMs }) => threadMs)

t.test('one alone has the thread until it is done, or until it is given back', async (t) => {
  const time = new ThreadTime()
  const [done, waiting] = users(2) as [ThreadUser, ThreadUser]
  time.begin(done, 10)
  t.ok(done.hasThread)
  time.settle(done, 14)
  time.end(15)
  time.begin(waiting, 20)
  time.end(23)
  time.end(99)
  t.same(timesOf([done, waiting]), [4, 3])
  t.notOk(done.hasThread || waiting.hasThread)
})

t.test('who is done at once has had the time until the next began or less', async (t) => {
  const time = new ThreadTime()
  const list = users(2)
  const [first, second] = list as [ThreadUser, ThreadUser]
  time.begin(first, 0)
  time.settle(first, 3)
  time.begin(second, 4)
  time.settle(second, 9)
  time.end(9)
  t.same(timesOf(list), [3, 5])
})

t.test(
  'those that go on in microtasks have what passed since the one before was done',
  async (t) => {
    const time = new ThreadTime()
    const list = users(3)
    for (const [index, user] of list.entries()) time.begin(user, 10 + index)
    time.endBegin(30)
    time.settle(list[1] as ThreadUser, 53)
    time.settle(list[0] as ThreadUser, 54)
    time.end(60)
    t.same(timesOf(list), [2, 24, 24], 'the last began for as long as eighteen')
  },
)

t.test('what is left at the end is that of those who are not done, in equal parts', async (t) => {
  const time = new ThreadTime()
  const list = users(3)
  for (const user of list) time.begin(user, 0)
  time.settle(list[0] as ThreadUser, 2)
  time.end(6)
  t.same(timesOf(list), [2, 2, 2])
})

t.test('the sum is the time that passed, whoever is done when', async (t) => {
  for (let done = 0; done <= 5; done += 1) {
    const time = new ThreadTime()
    const list = users(5)
    for (const [index, user] of list.entries()) time.begin(user, index * index)
    for (const [index, user] of list.slice(0, done).entries()) time.settle(user, 20 + index)
    time.end(40)
    const sum = timesOf(list).reduce((all, each) => all + each, 0)
    t.equal(sum, done === 5 ? 24 : 40, `${done} are done`)
  }
})

t.test('a dispatcher that never ends them keeps a bounded number', async (t) => {
  const time = new ThreadTime()
  const list = users(100)
  for (const user of list) time.begin(user, 0)
  t.equal(list.filter(({ hasThread }) => hasThread).length, 36)
})
