/** Options as a metric can tell them: by their whole names, each a number, a switch or a word. */
export type PlainOptions = Readonly<Record<string, number | string | boolean>>

/** More are a mistake of somebody's, and would be as many series. */
const MAX_OPTIONS = 500
const MAX_DEPTH = 4
const MAX_WORD = 64

/**
 * Flattens options: `{ queue: { maxWaitMs: 5 } }` is `{ 'queue.maxWaitMs': 5 }`. `undefined` is the word
 * `default`, a function is `function`, an object of a class the name of its class, and a list its members.
 * Never throws for what are options.
 */
export function plainOptions(options: object): PlainOptions {
  const plain: Record<string, number | string | boolean> = {}
  addOptions(plain, options, { prefix: '', depth: 1 })
  return plain
}

function addOptions(
  plain: Record<string, number | string | boolean>,
  options: object,
  { prefix, depth }: { readonly prefix: string; readonly depth: number },
): void {
  for (const [name, value] of Object.entries(options)) {
    if (Object.keys(plain).length >= MAX_OPTIONS) return
    const whole = `${prefix}${name}`
    if (isPlainObject(value) && depth < MAX_DEPTH) {
      addOptions(plain, value, { prefix: `${whole}.`, depth: depth + 1 })
    } else {
      plain[whole] = plainValue(value)
    }
  }
}

function plainValue(value: unknown): number | string | boolean {
  if (typeof value === 'boolean') return value
  // JSON knows no infinity: there it would be null.
  if (typeof value === 'number') return Number.isFinite(value) ? value : word(String(value))
  if (value === undefined) return 'default'
  if (typeof value === 'function') return 'function'
  if (Array.isArray(value) || value instanceof Set) {
    return word([...value].map((member) => plainValue(member)).join(','))
  }
  if (typeof value === 'object' && value !== null) return word(value.constructor?.name || 'object')
  return word(String(value))
}

function word(text: string): string {
  return text.slice(0, MAX_WORD)
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
