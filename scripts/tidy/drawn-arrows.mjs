import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ARROWS } from '../workspace/arrows.mjs'

const ROW = /^\| `((?:packages|apps)\/[a-z-]+)` \|([^|]+)\|([^|]*)\|/gm

/** ARCHITECTURE.md draws the very arrows that the boundary check enforces. */
export function checkDrawnArrows(root, arrows = ARROWS) {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const drawn = new Map([...text.matchAll(ROW)].map(([, folder, ...cells]) => [folder, cells]))
  const problems = Object.entries(arrows).flatMap(([folder, row]) => {
    const wanted = [describeImports(row), describeKind(row)]
    const cells = drawn.get(folder)?.map((cell) => cell.trim())
    if (cells?.join('|') === wanted.join('|')) return []
    return [`ARCHITECTURE.md: ${folder} should read | ${wanted.join(' | ')} |, not ${cells}`]
  })
  for (const folder of drawn.keys()) {
    if (arrows[folder] === undefined)
      problems.push(`ARCHITECTURE.md draws ${folder}, which is no row`)
  }
  return { name: 'drawn arrows', seen: drawn.size, unit: 'rows', problems }
}

function describeKind({ pure, appsOnly, testsOnly }) {
  if (pure) return 'pure'
  if (appsOnly) return 'apps only'
  return testsOnly ? 'tests only' : ''
}

function describeImports({ mayImport }) {
  if (mayImport === 'packages') return 'any package'
  return mayImport.length === 0 ? 'nothing' : mayImport.map((name) => `\`${name}\``).join(', ')
}
