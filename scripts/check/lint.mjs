import { BIOME, hasBiome, runTool } from '../setup/tool.mjs'

/** Biome's lint and format rules, warnings included. */
export function checkLint(root) {
  if (!hasBiome(root)) {
    return { name: 'lint', skipped: 'biome has no binary for this system, so nothing was linted' }
  }
  const command = [BIOME, 'check', '.', '--error-on-warnings', '--colors=off']
  const { status, stdout, stderr } = runTool(root, command)
  const output = `${stdout}${stderr}`.trim()
  const seen = Number(/^Checked (\d+) files?/m.exec(output)?.[1] ?? 0)
  return { name: 'lint', seen, problems: status === 0 ? [] : output.split('\n') }
}
