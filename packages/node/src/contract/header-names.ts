import { checkKnownOptions, InvalidOptionError } from '@headgate/core'

/** What a header says. */
type HeaderMeaning =
  | 'deadline'
  | 'grpcTimeout'
  | 'tier'
  | 'tenant'
  | 'attempt'
  | 'nack'
  | 'overload'
  | 'pushback'
  | 'rateLimit'
  | 'rateLimitPolicy'
  | 'loadHint'
  | 'capabilities'

/** By which name it goes unless another is given. */
const HEADER_NAMES: Readonly<Record<HeaderMeaning, string>> = Object.freeze({
  deadline: 'x-request-deadline-ms',
  grpcTimeout: 'grpc-timeout',
  tier: 'x-request-tier',
  tenant: 'x-tenant-id',
  attempt: 'x-request-attempt',
  nack: 'x-nack',
  overload: 'x-overload',
  pushback: 'x-retry-pushback-ms',
  rateLimit: 'ratelimit',
  rateLimitPolicy: 'ratelimit-policy',
  loadHint: 'endpoint-load-metrics',
  capabilities: 'x-capabilities',
})

/** Another name for a header; `false`: it is neither read nor sent. */
export type HeaderNames = { readonly [Meaning in HeaderMeaning]?: string | false | undefined }

/** In lower case, as Node gives them; `undefined` for one that is neither read nor sent. */
export type ResolvedHeaderNames = { readonly [Meaning in HeaderMeaning]: string | undefined }

/** A token of RFC 9110: anything else would break the message it stands in. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/

/** @throws {InvalidOptionError} when a meaning is unknown, a name is none, or two meanings have one name. */
export function resolveHeaderNames(names: HeaderNames = {}): ResolvedHeaderNames {
  checkKnownOptions('headers.names', names, Object.keys(HEADER_NAMES))
  const resolved: Record<string, string | undefined> = {}
  const taken = new Set<string>()
  for (const [meaning, byDefault] of Object.entries(HEADER_NAMES)) {
    const name: unknown = names[meaning as HeaderMeaning] ?? byDefault
    resolved[meaning] = undefined
    if (name === false) continue
    const option = `headers.names.${meaning}`
    if (typeof name !== 'string' || !TOKEN.test(name)) {
      throw new InvalidOptionError(option, 'a name for a header, or false', name)
    }
    const lowered = name.toLowerCase()
    if (taken.has(lowered)) throw new InvalidOptionError(option, 'unlike the other names', name)
    taken.add(lowered)
    resolved[meaning] = lowered
  }
  return resolved as ResolvedHeaderNames
}
