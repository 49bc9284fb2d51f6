import { InvalidOptionError } from '@headgate/core'
import type { DispatcherLike, DispatchOptions, Handler } from '../handler/handler.ts'
import { Pipeline } from '../pipeline/pipeline.ts'
import { sharedDispatch } from '../pipeline/shared-dispatch.ts'
import { CLIENT_POLICIES } from '../policy/policy-options.ts'
import { TIMEOUT_DEFAULTS } from '../policy/timeout-options.ts'
import { callClock } from '../time/call-clock.ts'
import { Client } from './client.ts'
import {
  type ClientOptions,
  checkClientOptions,
  checkOrigin,
  resolvePipeline,
} from './client-options.ts'
import { isDispatcher, isUndiciModule, loadUndici, type UndiciModule } from './peer.ts'
import { UpstreamList } from './upstream-list.ts'
import { wrapDispatcher } from './wrap-dispatcher.ts'

const CONNECTIONS = 128

/**
 * A client with timeouts, budgeted retries, a limit and a throttle, and, where there are several upstreams,
 * a balancer that leaves bad ones alone. Nothing needs to be set.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range.
 * @throws {PeerMissingError} when no undici was handed in and none is installed.
 */
export function createClient(options: ClientOptions = {}): Client {
  checkClientOptions(options)
  const defaults = { clock: callClock, timeouts: TIMEOUT_DEFAULTS, policies: CLIENT_POLICIES }
  const resolved = resolvePipeline(options, defaults)
  const origin = options.origin === undefined ? undefined : checkOrigin('origin', options.origin)
  const { base, ownsBase, undici } = resolveBase(options.undici, resolved.timeouts.connectMs)
  const dispatchBase = (sent: DispatchOptions, handler: Handler) => base.dispatch(sent, handler)
  const pipeline = new Pipeline({ ...resolved, base: dispatchBase })
  const dispatch = sharedDispatch(pipeline, resolved, options.dedupe ?? false)
  const own = ownService(pipeline, origin, options.upstreams)
  const client: Client = new Client({
    pipeline,
    dispatch,
    base,
    ownsBase,
    dispatcher: wrapDispatcher(base, {
      dispatch,
      close: () => client.close(),
    }),
    fetch: (input, init) => (undici ?? loadUndici()).fetch(input, init),
    ...own,
  })
  return client
}

/** The service that paths are relative to: of one origin, or of several upstreams. */
function ownService(
  pipeline: Pipeline,
  origin: string | undefined,
  upstreams: ClientOptions['upstreams'],
): Pick<ConstructorParameters<typeof Client>[0], 'origin' | 'service' | 'upstreams'> {
  if (origin === undefined && upstreams === undefined) {
    return { origin, service: undefined, upstreams: undefined }
  }
  if (upstreams !== undefined && typeof upstreams !== 'function' && !Array.isArray(upstreams)) {
    const expected = 'an array of origins, or a function that gives arrays of them'
    throw new InvalidOptionError('upstreams', expected, upstreams)
  }
  const service = pipeline.services.create({ isOwn: true, hasMany: upstreams !== undefined })
  if (upstreams === undefined) {
    service.update([pipeline.services.createReplica(origin)])
    pipeline.own(service, [origin as string])
    return { origin, service, upstreams: undefined }
  }
  const list = new UpstreamList(pipeline.services, service, upstreams)
  // Without a name of their own they go by that of the first, or by one that is nobody's.
  const name = origin ?? list.origins[0] ?? 'http://upstreams.invalid'
  pipeline.own(service, [name])
  return { origin: name, service, upstreams: list }
}

function resolveBase(
  given: ClientOptions['undici'],
  connectMs: number,
): { base: DispatcherLike; ownsBase: boolean; undici: UndiciModule | undefined } {
  if (given !== undefined && !isUndiciModule(given)) {
    if (isDispatcher(given)) return { base: given, ownsBase: false, undici: undefined }
    throw new InvalidOptionError('undici', 'the undici module or a dispatcher', given)
  }
  const undici = given ?? loadUndici()
  // Times are kept here: undici's own are rounded to half a second and more.
  const times = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: connectMs } }
  return { base: new undici.Agent({ connections: CONNECTIONS, ...times }), ownsBase: true, undici }
}
