import { runTool } from '../setup/tool.mjs'

/** Knip: no file, export or dependency that nothing uses, none used that is not declared. */
export function checkUnused(root) {
  const command = ['knip', '--no-progress', '--reporter', './scripts/check/knip-reporter.mjs']
  const { status, stdout, stderr } = runTool(root, command)
  if (/Cannot find native binding/.test(stderr)) {
    return {
      name: 'unused',
      skipped: 'knip has no binary for this system, so nothing was looked at',
    }
  }
  const line = stdout.split('\n').find((text) => text.startsWith('{'))
  if (line === undefined)
    return { name: 'unused', seen: 0, problems: [stderr || 'knip said nothing'] }
  const { seen, problems } = JSON.parse(line)
  if (status !== 0 && problems.length === 0)
    problems.push(`knip ended with status ${status}: ${stderr}`)
  return { name: 'unused', seen, problems }
}
