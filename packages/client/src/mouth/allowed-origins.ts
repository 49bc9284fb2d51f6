import { InvalidOptionError } from '@headgate/core'

const MAX_KNOWN = 1000
const PATTERN =
  /^https?:\/\/(?:\*\.)?[a-z0-9._-]+(?::(?:\d{1,5}|\*))?$|^https?:\/\/(?:\*|\[[0-9a-f:]+\])(?::(?:\d{1,5}|\*))?$/

/**
 * Who may be told what is known of a request: origins, of which the first label of the host, and the port,
 * may be `*`.
 */
export class AllowedOrigins {
  readonly #patterns: readonly RegExp[]
  readonly #known: Map<string, boolean> = new Map()

  /** @throws {InvalidOptionError} when one of them is no origin. */
  constructor(option: string, origins: readonly string[]) {
    if (!Array.isArray(origins))
      throw new InvalidOptionError(option, 'an array of origins', origins)
    this.#patterns = origins.map((origin) => compile(option, origin))
  }

  has(origin: string): boolean {
    const known = this.#known.get(origin)
    if (known !== undefined) return known
    if (this.#known.size >= MAX_KNOWN) this.#known.clear()
    const isAllowed = this.#patterns.some((pattern) => pattern.test(origin))
    this.#known.set(origin, isAllowed)
    return isAllowed
  }
}

function compile(option: string, origin: unknown): RegExp {
  const text = typeof origin === 'string' ? origin.toLowerCase() : ''
  if (!PATTERN.test(text)) {
    const expected = 'made of origins such as "https://api.example.com" or "http://*.internal:*"'
    throw new InvalidOptionError(option, expected, origin)
  }
  const [scheme = '', host = ''] = text.replace(/:(?:80|443)$/, defaultPort).split('://')
  const pattern = host
    .replace(/[.[\]]/g, '\\$&')
    .replace(/:\*$/, '(?::\\d+)?')
    .replace(/^\*/, '[^/:@]+')
  return new RegExp(`^${scheme}://${pattern}$`)
}

/** As the origin of a URL leaves it out. */
function defaultPort(port: string, _at: number, all: string): string {
  return port === (all.startsWith('https:') ? ':443' : ':80') ? '' : port
}
