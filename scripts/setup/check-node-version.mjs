const OLDEST = [20, 19]

/** @throws {Error} on a Node.js that cannot load ES modules with `require`, which the packages rely on. */
export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return
  throw new Error(`Node.js ${OLDEST.join('.')} or newer is needed, this is ${version}`)
}
