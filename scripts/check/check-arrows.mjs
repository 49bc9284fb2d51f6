import { posix } from 'node:path'
import { findCycle } from './find-cycle.mjs'

/** What is wrong with the table of arrows itself, or between it and the folders that exist. */
export function checkArrows(packages, arrows) {
  const folders = packages.map(({ folder }) => folder)
  return [
    ...folders
      .filter((folder) => arrows[folder] === undefined)
      .map((folder) => `${folder} is missing from scripts/workspace/arrows.mjs`),
    ...Object.keys(arrows)
      .filter((folder) => !folders.includes(folder))
      .map((folder) => `scripts/workspace/arrows.mjs names ${folder}, which does not exist`),
    ...packages
      .filter(({ folder, manifest }) => manifest.name !== `@headgate/${posix.basename(folder)}`)
      .map(({ folder }) => `${folder}/package.json: the name must be that of the folder`),
    ...checkAppsOnly(arrows),
    ...checkOrder(arrows),
  ]
}

function checkAppsOnly(arrows) {
  return Object.entries(arrows).flatMap(([folder, { mayImport }]) => {
    if (mayImport === 'packages') return folder.startsWith('apps/') ? [] : [`${folder}: not an app`]
    return mayImport
      .filter((name) => folder.startsWith('packages/') && arrows[`packages/${name}`]?.appsOnly)
      .map((name) => `${folder} may not import ${name}: that is for apps only`)
  })
}

function checkOrder(arrows) {
  const graph = new Map()
  for (const [folder, { mayImport }] of Object.entries(arrows)) {
    graph.set(folder, mayImport === 'packages' ? [] : mayImport.map((name) => `packages/${name}`))
  }
  const cycle = findCycle(graph)
  return cycle === undefined ? [] : [`the arrows run in a circle: ${cycle.join(' → ')}`]
}
