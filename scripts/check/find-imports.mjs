import { lineOf, parseSource, walkSource } from './parse-source.mjs'

/**
 * Everything a file asks another module for, types included: `import`, `export … from`, `import()`,
 * `import x = require()`, `require()` and `import('…')` in a type. `specifier` is undefined where it is
 * computed, since such an import cannot be judged.
 */
export function findImports(path, text) {
  const found = []
  walkSource(parseSource(path, text), (node) => {
    const source = requestOf(node)
    if (source === undefined) return
    const isText = source.type === 'Literal' && typeof source.value === 'string'
    found.push({ specifier: isText ? source.value : undefined, line: lineOf(text, node.start) })
  })
  return found
}

function requestOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source
    case 'ExportNamedDeclaration':
      return node.source ?? undefined
    case 'TSExternalModuleReference':
      return node.expression
    case 'CallExpression':
      return isRequire(node.callee) ? (node.arguments[0] ?? node) : undefined
    default:
      return undefined
  }
}

function isRequire(callee) {
  return callee.type === 'Identifier' && callee.name === 'require'
}
