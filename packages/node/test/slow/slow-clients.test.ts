import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { createAdmission } from '../../src/index.ts'
import { resolveSlowClients, SlowClients } from '../../src/slow/slow-clients.ts'

class Client {
  isOver = false
  isDue = true
  movedBytes = 0
  cut = 0

  cutOff(): void {
    this.cut += 1
    this.isOver = true
  }
}

function create() {
  const clock = new VirtualClock()
  const options = resolveSlowClients({ minBytesPerSecond: 100, windowMs: 10_000 })
  const slow = new SlowClients(clock, options)
  const watch = (): Client => {
    const client = new Client()
    slow.watch(client)
    return client
  }
  return { clock, slow, watch }
}

t.test('who moves less than the least over a whole window is cut off, once', async (t) => {
  const { clock, slow, watch } = create()
  const [stands, trickles, moves] = [watch(), watch(), watch()]
  for (let second = 0; second < 30; second += 1) {
    trickles.movedBytes += 99
    moves.movedBytes += 101
    clock.advance(1_000)
  }
  t.same([stands.cut, trickles.cut, moves.cut], [1, 1, 0])
  t.equal(slow.cutOff, 2)
})

t.test('who moved much at first may not stand still afterwards', async (t) => {
  const { clock, watch } = create()
  const client = watch()
  client.movedBytes = 1_000_000
  clock.advance(11_000)
  t.equal(client.cut, 0)
  clock.advance(11_000)
  t.equal(client.cut, 1)
})

t.test('who has nothing to move is not slow, and begins anew when it has', async (t) => {
  const { clock, watch } = create()
  const client = watch()
  client.isDue = false
  clock.advance(60_000)
  client.isDue = true
  clock.advance(9_000)
  t.equal(client.cut, 0)
  clock.advance(3_000)
  t.equal(client.cut, 1)
})

t.test('one timer serves all, and none is left when all are over', async (t) => {
  const { clock, slow, watch } = create()
  const clients = [watch(), watch()]
  t.equal(clock.pending, 1)
  for (const client of clients) client.isOver = true
  clock.advance(1_000)
  t.equal(clock.pending, 0)
  slow.watch(clients[0] as Client)
  t.equal(clock.pending, 0, 'nobody watches what is over')
  watch()
  slow.stop()
  t.equal(clock.pending, 0)
})

t.test('nobody is watched where nobody wants it, and wrong options are told', async (t) => {
  const clock = new VirtualClock()
  new SlowClients(clock, resolveSlowClients(false)).watch(new Client())
  t.equal(clock.pending, 0)
  for (const slowClients of [
    true,
    { minBytesPerSecond: 0 },
    { windowMs: 999 },
    { windowMs: Number.NaN },
    { stallMs: 5 },
  ]) {
    t.throws(() => createAdmission({ slowClients: slowClients as never }), {
      code: 'HG_ERR_OPTION',
    })
  }
})
