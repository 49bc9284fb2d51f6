import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWorkspace } from '../workspace/build-workspace.mjs'
import { workspacePackages } from '../workspace/workspace-packages.mjs'

/** `tsc -b` succeeds, and covers every package: one that nobody references would never be compiled. */
export function checkCompile(root, build = buildWorkspace) {
  const problems = checkReferences(root)
  const { ok, output } = build(root)
  if (!ok) problems.push(...(output || 'tsc -b failed').split('\n'))
  return { name: 'compile', seen: references(root, '.').length, unit: 'projects', problems }
}

function checkReferences(root) {
  const packages = workspacePackages(root)
  const listed = references(root, '.')
  const missing = packages
    .filter(({ folder }) => !listed.includes(folder))
    .map(({ folder }) => `tsconfig.json: a reference to ${folder} is missing`)
  const incomplete = packages.flatMap(({ folder, manifest }) => {
    const needed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
    const own = references(root, folder)
    return packages
      .filter((other) => needed.includes(other.manifest.name))
      .filter(
        (other) =>
          !own.some((reference) => `packages/${reference.split('/').at(-1)}` === other.folder),
      )
      .map((other) => `${folder}/tsconfig.json: a reference to ${other.folder} is missing`)
  })
  return [...missing, ...incomplete]
}

function references(root, folder) {
  const config = JSON.parse(readFileSync(join(root, folder, 'tsconfig.json'), 'utf8'))
  return (config.references ?? []).map(({ path }) => path)
}
