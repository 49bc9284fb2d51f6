import { parseArgs } from 'node:util'

export type Command =
  | { readonly kind: 'compare'; readonly factor: number; readonly seconds: number }
  | { readonly kind: 'serve'; readonly withHeadgate: boolean; readonly port: number }
  | { readonly kind: 'stampede' }
  | { readonly kind: 'services'; readonly factor: number; readonly seconds: number }
  | { readonly kind: 'alerts'; readonly factor: number; readonly seconds: number }
  | { readonly kind: 'help' }

/** The command was mistyped; the message says how, and what would be right. */
export class UsageError extends Error {}

export const USAGE = `The shop: a small Fastify service, without and with Headgate.

  npm start                     overload it without and then with Headgate, and compare
    -- --factor 4.5             how many times its capacity to offer: 1.5 to 20
    -- --seconds 12             how long: 3 to 120
  npm start -- stampede         1,000 ask for a list at the moment it expires: without and with Headgate
  npm start -- services         two services, the second overloaded by the calls of the first: what they
                                answer, for how many requests, and one trace; takes --factor and --seconds
  npm start -- alerts           a real Prometheus scrapes the shop under overload: whether our alerts fire and
                                end when they should; two minutes; takes --factor and --seconds
  npm start -- serve            start it with Headgate and leave it running
  npm start -- serve --without  the same without Headgate
  npm start -- --help           this text

Environment
  PORT           port of serve, default 3000; 0 takes a free one
  DATABASE_URL   a PostgreSQL to use instead of the embedded one: postgres://user:password@host/database
                 (the schema headgate_demo in it is dropped and made anew)`

/** @throws {UsageError} */
export function parseCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv): Command {
  const { values, positionals } = parse(argv)
  if (values.help === true) return { kind: 'help' }
  const [name, ...rest] = positionals
  if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`)
  if (name === undefined) {
    refuse(values, ['without'], 'belongs to serve')
    return {
      kind: 'compare',
      factor: parseNumber('--factor', values.factor ?? '4.5', { min: 1.5, max: 20 }),
      seconds: parseNumber('--seconds', values.seconds ?? '12', { min: 3, max: 120 }),
    }
  }
  if (name === 'stampede') {
    refuse(values, ['factor', 'seconds', 'without'], 'does not belong to stampede')
    return { kind: 'stampede' }
  }
  if (name === 'services') {
    refuse(values, ['without'], 'belongs to serve')
    return {
      kind: 'services',
      factor: parseNumber('--factor', values.factor ?? '3', { min: 1.5, max: 20 }),
      seconds: parseNumber('--seconds', values.seconds ?? '5', { min: 3, max: 120 }),
    }
  }
  if (name === 'alerts') {
    refuse(values, ['without'], 'belongs to serve')
    return {
      kind: 'alerts',
      factor: parseNumber('--factor', values.factor ?? '4', { min: 1.5, max: 20 }),
      // The alert waits for half a minute.
      seconds: parseNumber('--seconds', values.seconds ?? '36', { min: 35, max: 120 }),
    }
  }
  if (name !== 'serve') {
    throw new UsageError(
      `unknown command: ${name}; there are serve, services, stampede and alerts, or none`,
    )
  }
  refuse(values, ['factor', 'seconds'], 'does not belong to serve')
  const port = parseNumber('PORT', env.PORT ?? '3000', { min: 0, max: 65_535 })
  if (!Number.isInteger(port)) throw new UsageError(`PORT must be an integer, got ${port}`)
  return { kind: 'serve', withHeadgate: values.without !== true, port }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        factor: { type: 'string' },
        seconds: { type: 'string' },
        without: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function refuse(values: object, names: readonly string[], why: string): void {
  const name = names.find((each) => each in values)
  if (name !== undefined) throw new UsageError(`--${name} ${why}`)
}

function parseNumber(
  name: string,
  text: string,
  { min, max }: { min: number; max: number },
): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (number >= min && number <= max) return number
  throw new UsageError(`${name} must be a number from ${min} to ${max}, got ${text}`)
}
