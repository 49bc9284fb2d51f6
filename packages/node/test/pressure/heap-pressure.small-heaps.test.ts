import t from 'tap'
import { HungryService } from '../fixtures/hungry-service.ts'

// Hundreds of collections, in processes that have to share the machine with others.
t.setTimeout(120_000)

const MB = 1_048_576
const KEEPS_ALL = Number.MAX_SAFE_INTEGER
const LEAK = { heapMb: 64, keptMost: KEEPS_ALL }

t.test('a leak ends a service whose every request is critical', async (t) => {
  const service = new HungryService({ ...LEAK, bytesEach: MB, tier: 'critical' })
  t.teardown(() => service.stop())
  await service.start()
  await service.death()
  t.match(service.lastWords, /heap out of memory/)
  t.equal(service.refused.get('pressure'), undefined, 'and it refused nobody for it')
})

t.test('a leak is refused before it ends the service, and let in when it is mended', async (t) => {
  // A heap is looked at four times a second: a fast machine would fill this one in between.
  const service = new HungryService({ ...LEAK, bytesEach: MB / 32, pauseMs: 10 })
  t.teardown(() => service.stop())
  await service.start()
  const pressed = (): number => service.refused.get('pressure') ?? 0
  await t.resolves(service.until('everybody is refused', () => pressed() > 50))
  const { served } = service
  await service.forget()
  await t.resolves(service.until('some are served again', () => service.served > served + 20))
})

t.test('a service that makes a lot of garbage refuses nobody for it', async (t) => {
  // Each request's garbage grows old: it is kept until forty later ones have come, 10 MB of it at a time.
  const service = new HungryService({ heapMb: 64, bytesEach: MB / 4, keptMost: 40 })
  t.teardown(() => service.stop())
  await service.start()
  await service.until('two heaps full of it are made', () => service.served > 550)
  t.equal(service.refused.get('pressure'), undefined)
})
