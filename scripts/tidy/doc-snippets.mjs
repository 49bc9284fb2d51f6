import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { runTool, TSC } from '../setup/tool.mjs'
import { sourceFiles } from '../workspace/source-files.mjs'
import { workspacePackages } from '../workspace/workspace-packages.mjs'

const FENCE = /^```ts\n([\s\S]*?)^```$/gm

/**
 * Every ```ts block in the README files and under docs/ compiles against the built packages, as its
 * user would compile it. A block that is a piece of something, and not a module, is fenced as
 * ```ts fragment, and left out.
 */
export function checkDocSnippets(root) {
  const project = join(root, '.tap', 'snippets')
  rmSync(project, { recursive: true, force: true })
  const snippets = findSnippets(root)
  for (const { name, text } of snippets) write(join(project, name), text)
  write(join(project, 'package.json'), '{ "type": "module" }')
  write(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG))
  linkDependencies(root, join(project, 'node_modules'))

  const problems = snippets.length === 0 ? [] : compile(root, project)
  return { name: 'doc snippets', seen: snippets.length, unit: 'snippets', problems }
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['**/*.ts'],
}

function findSnippets(root) {
  const pages = sourceFiles(root, '.', (name) => name.endsWith('.md')).filter(
    (path) => path.startsWith('docs/') || path.endsWith('README.md'),
  )
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    return [...text.matchAll(FENCE)].map(({ 1: code, index }) => {
      // As many empty lines in front as the page has: the compiler's line numbers are the page's.
      const line = text.slice(0, index).split('\n').length
      return { name: `${page}.${line}.ts`, text: `${'\n'.repeat(line)}${code}export {}\n` }
    })
  })
}

function compile(root, project) {
  const { status, stdout, stderr } = runTool(root, [TSC, '-p', project, '--pretty', 'false'])
  if (status === 0) return []
  const output = `${stdout}${stderr}`.trim()
  return output.split('\n').map((line) => line.replace(/^.*?\.tap.snippets./, ''))
}

/** All that any package can import, the packages themselves included. */
function linkDependencies(root, modules) {
  const packages = workspacePackages(root)
  const sources = [root, ...packages.map(({ path }) => path)].map((path) =>
    join(path, 'node_modules'),
  )
  for (const source of sources) {
    for (const name of installedNames(source)) link(join(source, name), join(modules, name))
  }
  for (const { path, manifest } of packages) link(path, join(modules, manifest.name))
}

function installedNames(modules) {
  if (!existsSync(modules)) return []
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      if (!name.startsWith('@')) return [name]
      return readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`)
    })
}

function link(target, path) {
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  // A junction needs no rights on Windows; elsewhere the kind is ignored.
  symlinkSync(target, path, 'junction')
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
