import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { ARROWS } from '../workspace/arrows.mjs'
import { isCode, sourceFiles } from '../workspace/source-files.mjs'
import { workspacePackages } from '../workspace/workspace-packages.mjs'
import { checkArrows } from './check-arrows.mjs'
import { findCycle } from './find-cycle.mjs'
import { findImports } from './find-imports.mjs'
import { hasParser, NO_PARSER } from './parse-source.mjs'

const SCOPE = '@headgate/'

/**
 * Imports point down: every import in packages/ and apps/, and every workspace dependency, follows an
 * arrow of the table; no import reaches into another package, from src into tests, or round in a circle.
 */
export function checkBoundaries(root, arrows = ARROWS) {
  if (!hasParser()) return { name: 'boundaries', skipped: NO_PARSER }
  const packages = workspacePackages(root)
  const problems = checkArrows(packages, arrows)
  let files = 0
  let imports = 0
  for (const found of packages) {
    const row = arrows[found.folder]
    if (row === undefined) continue
    const context = { root, packages, arrows, row, ...found }
    const modules = readModules(root, found.folder)
    if (!modules.some(({ path }) => isInSrc(path, found.folder))) {
      problems.push(`${found.folder}: no modules seen in src`)
    }
    problems.push(...checkManifest(context), ...checkModules(context, modules))
    files += modules.length
    imports += modules.reduce((sum, module) => sum + module.imports.length, 0)
  }
  if (imports === 0) problems.push('no imports seen in any package')
  return { name: 'boundaries', seen: files, detail: `${files} files, ${imports} imports`, problems }
}

function readModules(root, folder) {
  return sourceFiles(root, folder, isCode)
    .filter((path) => !path.includes('/fixtures/'))
    .map((path) => ({ path, imports: findImports(path, readFileSync(join(root, path), 'utf8')) }))
}

function checkManifest(context) {
  const { folder, manifest, row, packages } = context
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest
  const needed = { ...dependencies, ...peerDependencies, ...optionalDependencies }
  const isWrong = (name) =>
    isForTests(context, name) ? needed[name] !== undefined : !isAllowed(row, packages, name)
  const problems = Object.keys({ ...needed, ...devDependencies })
    .filter((name) => name.startsWith(SCOPE) && isWrong(name))
    .map((name) => `${folder}/package.json: no arrow to ${name}`)
  if (row.pure === true) {
    const foreign = Object.keys(needed).filter((name) => !name.startsWith(SCOPE))
    problems.push(...foreign.map((name) => `${folder}/package.json: pure, but depends on ${name}`))
  }
  return problems
}

function checkModules(context, modules) {
  const graph = new Map()
  const problems = []
  for (const { path, imports } of modules) {
    const targets = []
    for (const { specifier, line } of imports) {
      const { problem, target } = judgeImport(context, path, specifier)
      if (problem !== undefined) problems.push(`${path}:${line}: ${problem}`)
      if (target !== undefined) targets.push(target)
    }
    graph.set(path, targets)
  }
  const cycle = findCycle(graph)
  if (cycle !== undefined)
    problems.push(`${context.folder}: imports in a circle: ${cycle.join(' → ')}`)
  return problems
}

function judgeImport(context, path, specifier) {
  if (specifier === undefined) {
    // An app may import any package, so there is nothing that a computed name could hide.
    const isFree = context.row.mayImport === 'packages'
    return { problem: isFree ? undefined : 'a computed import cannot be checked' }
  }
  if (specifier.startsWith('.')) return judgeRelative(context, path, specifier)
  const isPure = context.row.pure === true && isInSrc(path, context.folder)
  if (isBuiltin(specifier))
    return { problem: isPure ? `pure, but imports ${specifier}` : undefined }
  if (specifier.startsWith(SCOPE)) return { problem: judgeSibling(context, path, specifier) }
  return { problem: isPure ? `pure, but imports ${specifier}` : undefined }
}

function judgeRelative({ root, folder }, path, specifier) {
  const target = posix.join(posix.dirname(path), specifier)
  if (!target.startsWith(`${folder}/`))
    return { problem: `${specifier} reaches outside the package` }
  if (isInSrc(path, folder) && !isInSrc(target, folder)) {
    return { problem: `src must not import ${specifier}` }
  }
  if (!existsSync(join(root, target))) return { problem: `${specifier} does not exist` }
  return { target }
}

function judgeSibling(context, path, specifier) {
  const { folder, row, packages } = context
  const [, short, ...rest] = specifier.split('/')
  const name = SCOPE + short
  const target = packages.find(({ manifest }) => manifest.name === name)
  if (target === undefined) return `there is no package ${name}`
  if (target.folder === folder) {
    return isInSrc(path, folder) ? 'src must not import its own package by name' : undefined
  }
  const isTest = isForTests(context, name) && !isInSrc(path, folder)
  if (!isTest && !isAllowed(row, packages, name)) return `no arrow from ${folder} to ${name}`
  const entry = ['.', ...rest].join('/')
  if (!Object.hasOwn(target.manifest.exports ?? {}, entry)) return `${specifier} is a deep import`
  return undefined
}

/** Whether tests, and nothing else, may import the package of that name. */
function isForTests({ packages, arrows }, name) {
  const target = packages.find(({ manifest }) => manifest.name === name)
  return arrows[target?.folder]?.testsOnly === true
}

function isAllowed(row, packages, name) {
  const target = packages.find(({ manifest }) => manifest.name === name)
  if (target === undefined || !target.folder.startsWith('packages/')) return false
  return row.mayImport === 'packages' || row.mayImport.includes(posix.basename(target.folder))
}

function isInSrc(path, folder) {
  return path.startsWith(`${folder}/src/`)
}
