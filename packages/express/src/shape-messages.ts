import { markVisit, visitOf } from '@headgate/node'

/** What Express, its router and Node add to each request, `_eventsCount` with the first listener. */
type ShapedRequest = Record<
  'res' | 'next' | 'baseUrl' | 'originalUrl' | 'params' | 'route' | '_parsedUrl' | '_eventsCount',
  unknown
>
/** What Express adds to each response, and Node to one that is sent: until then they are its prototype's. */
type ShapedResponse = Record<'locals' | 'statusCode' | 'statusMessage', unknown>

type Handle = (
  ...args: [request: ShapedRequest, response: ShapedResponse, ...rest: unknown[]]
) => unknown

/** An app as Express makes it; its types do not tell of `handle`. */
export interface ShapedApp {
  handle?: Handle | undefined
}

/**
 * Whether V8 gives an object whose prototype was changed a shape that no other has, with the first property that it
 * is given after that, so that no inline cache helps with any: before V8 13 (Node.js 20 and 22).
 */
const LOSES_SHAPES = Number.parseInt(process.versions.v8, 10) < 13

const shaped = new WeakSet<ShapedApp>()

/** Of so many requests is looked for what else this Express adds to each. */
const LOOKS = 16

/**
 * Lets an app's requests and responses keep one shape: what Express would give them later they have
 * before it changes their prototypes. Hello world then takes half of its time (Node.js 20 and 22).
 */
export function shapeMessages(app: ShapedApp, losesShapes: boolean = LOSES_SHAPES): void {
  const { handle } = app
  if (!losesShapes || typeof handle !== 'function' || shaped.has(app)) return
  shaped.add(app)
  let others: Other[] = []
  let looks = LOOKS
  app.handle = function (this: unknown, ...args) {
    const [request, response] = args
    ownRequest(request)
    for (const name of others) ownOther(request, name)
    ownResponse(response)
    const result = handle.apply(this, args)
    if (looks > 0) {
      others = othersOf(request)
      looks = others.length > 0 ? 0 : looks - 1
    }
    return result
  }
}

/** `query` is the request's own in Express 4 alone, and only newer routers mark what they matched, by a symbol. */
type Other = 'query' | symbol

function othersOf(request: ShapedRequest): Other[] {
  // In Express 5 it is a getter of the prototype's: what is the request's own is of somebody else's doing.
  const hasOwnQuery = !('query' in Object.getPrototypeOf(request))
  return Reflect.ownKeys(request).filter((key): key is Other => {
    if (typeof key !== 'symbol') return key === 'query' && hasOwnQuery
    return key.description?.startsWith('router.') === true
  })
}

function ownOther(request: object, name: Other): void {
  const bearer = request as Record<Other, unknown>
  const { [name]: value } = bearer
  bearer[name] = value
}

/** Each by its name, as a loop costs 5 us; and as it is, as an outer app may have set it. */
function ownRequest(request: ShapedRequest): void {
  const { res, next, baseUrl, originalUrl, params, route, _parsedUrl, _eventsCount } = request
  request.res = res
  request.next = next
  request.baseUrl = baseUrl
  request.originalUrl = originalUrl
  request.params = params
  request.route = route
  request._parsedUrl = _parsedUrl
  // Node listens for the end of a body that was not read when the answer was sent.
  request._eventsCount = _eventsCount
  // And what we add ourselves: a guard may have marked it already.
  markVisit(request, visitOf(request))
}

function ownResponse(response: ShapedResponse): void {
  const { locals, statusCode, statusMessage } = response
  response.locals = locals
  response.statusCode = statusCode
  response.statusMessage = statusMessage
}
