import { lineOf, parseSource, walkSource } from './parse-source.mjs'

// The compiler without Node's types rules out most of these; Date and Math.random belong to the
// language, and the rest is named so that no declaration can bring it back.
const BANNED = new Map([
  ['Date', 'read the time from the Clock handed in'],
  ['performance', 'read the time from the Clock handed in'],
  ['setTimeout', 'schedule on the Clock handed in'],
  ['setInterval', 'schedule on the Clock handed in'],
  ['setImmediate', 'schedule on the Clock handed in'],
  ['queueMicrotask', 'call back, or schedule on the Clock handed in'],
  ['Promise', 'decisions are values and callbacks; promises start in the node package'],
  ['crypto', 'draw from the random function handed in'],
  ['process', 'take what is needed as an option'],
  ['console', 'emit an event, or return the reason'],
  ['fetch', 'no sockets here'],
  ['globalThis', 'take what is needed as an option'],
  ['eval', 'never'],
  ['Function', 'never'],
])

/** Uses of the clock, randomness and the outside world in a file of a pure package, and promises unless it may start them. */
export function findImpurities(path, text, { startsPromises = false } = {}) {
  const found = []
  walkSource(parseSource(path, text), (node, from) => {
    const problem = startsPromises && isPromise(node) ? undefined : impurityOf(node, from)
    if (problem !== undefined) found.push(`${path}:${lineOf(text, node.start)}: ${problem}`)
  })
  return found
}

function impurityOf(node, { parent, key }) {
  if (node.type === 'Identifier' && BANNED.has(node.name) && isValue(parent, key)) {
    return `${node.name}: ${BANNED.get(node.name)}`
  }
  if (node.type === 'Identifier' && node.name === 'Math' && !isHarmlessMath(parent, key)) {
    return 'Math.random: draw from the random function handed in'
  }
  if (isAsync(node)) return `an async function: ${BANNED.get('Promise')}`
  return undefined
}

function isPromise(node) {
  return (node.type === 'Identifier' && node.name === 'Promise') || isAsync(node)
}

function isAsync(node) {
  return node.async === true || node.type === 'AwaitExpression'
}

/** False for a name after a dot, a key, and a name in a type. */
function isValue(parent, key) {
  if (parent.type === 'MemberExpression') return key === 'object' || parent.computed
  if (key === 'key') return parent.computed === true
  return !/^TS(?!AsExpression|SatisfiesExpression|NonNullExpression)/.test(parent.type)
}

/** Only `Math.name` can be judged: `Math[name]` and `{ random } = Math` would hide the draw. */
function isHarmlessMath(parent, key) {
  if (!isValue(parent, key)) return true
  return parent.type === 'MemberExpression' && !parent.computed && parent.property.name !== 'random'
}
