/**
 * The one table of who may import whom, and of which packages are pure. ARCHITECTURE.md shows it to
 * readers; a test compares the two. A package folder that is missing here fails the check, so that a
 * new package cannot arrive unseen; so does a row whose folder is gone.
 *
 * `mayImport` names siblings under packages/, or 'packages' for all of them (apps only).
 * `appsOnly` rows may be imported by apps and by no package: so adapters never import each other.
 * `testsOnly` rows may be imported by the tests of every package, and by nothing else.
 * `pure` packages read no clock, randomness, timers, process or node:*, and have no run-time dependency.
 * They start no promise either, unless `startsPromises`: where waiting for another's work is the whole point.
 */
export const ARROWS = {
  'packages/core': { mayImport: [], pure: true },
  'packages/resilience': { mayImport: ['core'], pure: true },
  'packages/singleflight': { mayImport: [], pure: true, startsPromises: true },
  'packages/simulator': { mayImport: ['core', 'singleflight'] },
  'packages/node': { mayImport: ['core', 'singleflight'] },
  'packages/fastify': { mayImport: ['node', 'core'], appsOnly: true },
  'packages/express': { mayImport: ['node', 'core'], appsOnly: true },
  'packages/koa': { mayImport: ['node', 'core'], appsOnly: true },
  'packages/client': { mayImport: ['node', 'resilience', 'singleflight', 'core'] },
  'packages/telemetry': { mayImport: ['core', 'node', 'client'] },
  'packages/conformance': { mayImport: [], testsOnly: true },
  'packages/loadgen': { mayImport: [], appsOnly: true },
  'apps/demo': { mayImport: 'packages' },
  'apps/bench': { mayImport: 'packages' },
}

/** The folders of the pure packages. */
export function pureFolders(arrows = ARROWS) {
  return Object.keys(arrows).filter((folder) => arrows[folder].pure === true)
}

/** The pure packages whose source may start promises. */
export function promisingFolders(arrows = ARROWS) {
  return Object.keys(arrows).filter((folder) => arrows[folder].startsPromises === true)
}
