import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** What a check that needs the parser says where there is none. */
export const NO_PARSER = 'oxc-parser has no binary for this system, so no source was read'

/**
 * The syntax tree of a TypeScript or JavaScript file.
 *
 * A real parser, not a pattern: comments, strings and templates that look like imports are none.
 * (TypeScript 7 has no stable interface to its own.)
 *
 * @throws {Error} when the file does not parse, rather than seeing no imports in it.
 */
export function parseSource(path, text) {
  const { program, errors } = require('oxc-parser').parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  return program
}

/** Whether the parser's binary for this system is installed. Loaded only here, so that all else runs without. */
export function hasParser() {
  try {
    return require('oxc-parser') !== undefined
  } catch {
    return false
  }
}

/** Calls `visit(node, { parent, key })` for each node of the tree, parents first. */
export function walkSource(node, visit, from = {}) {
  if (Array.isArray(node)) {
    for (const child of node) walkSource(child, visit, from)
    return
  }
  if (typeof node !== 'object' || node === null || typeof node.type !== 'string') return
  visit(node, from)
  for (const key of Object.keys(node)) walkSource(node[key], visit, { parent: node, key })
}

/** The line, from 1, of an offset in the text. */
export function lineOf(text, offset) {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1))
    line++
  return line
}
