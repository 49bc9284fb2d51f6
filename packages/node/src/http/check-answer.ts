import { TIERS } from '@headgate/core'

/** The functions of the user's that say something of a request. */
export type Saying = 'tier' | 'tenant' | 'anonymous' | 'pool' | 'cost' | 'deadlineMs'

const MAX_SHOWN = 40

/**
 * What is wrong with an answer, for whoever wrote the function; the core counts it as malformed, and takes the default. It
 * may have been made of what a client sent: no more than its beginning is told of it.
 */
export function wrongAnswer(
  source: Saying,
  answer: unknown,
  poolNames: readonly string[],
): TypeError | undefined {
  if (answer === undefined) return undefined
  const expected = wrongFor(source, answer, poolNames)
  if (expected === undefined) return undefined
  return new TypeError(`${source} must answer ${expected} or undefined, got ${shown(answer)}`)
}

/** What it should have been; `undefined` for a right one. */
function wrongFor(
  source: Saying,
  answer: unknown,
  poolNames: readonly string[],
): string | undefined {
  switch (source) {
    case 'tier':
      return oneOf(answer, TIERS)
    case 'pool':
      return oneOf(answer, poolNames)
    case 'tenant':
    case 'anonymous':
      return typeof answer === 'string' ? undefined : 'a string'
    case 'cost':
      return Number.isInteger(answer) && (answer as number) >= 1 ? undefined : 'an integer from 1'
    default:
      return typeof answer === 'number' && !Number.isNaN(answer) ? undefined : 'a number'
  }
}

function oneOf(answer: unknown, names: readonly string[]): string | undefined {
  if ((names as readonly unknown[]).includes(answer)) return undefined
  return `one of ${names.map((name) => `'${name}'`).join(', ')}`
}

function shown(answer: unknown): string {
  if (typeof answer === 'string') {
    const start = JSON.stringify(answer.slice(0, MAX_SHOWN))
    return answer.length > MAX_SHOWN ? `${start} and so on` : start
  }
  if (answer === null || typeof answer === 'number' || typeof answer === 'boolean') {
    return String(answer)
  }
  return Array.isArray(answer) ? 'an array' : `a value of type ${typeof answer}`
}
