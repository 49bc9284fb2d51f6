import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runTool, TSC } from '../setup/tool.mjs'
import { pureFolders } from '../workspace/arrows.mjs'
import { isCode, sourceFiles } from '../workspace/source-files.mjs'

/**
 * The src of each pure package compiles alone, without Node's types and the DOM's: no `process`, no
 * `setTimeout`, no `node:*` exists there.
 */
export function checkPureTypes(root, folders = pureFolders()) {
  const problems = []
  let seen = 0
  for (const folder of folders) {
    if (!existsSync(join(root, folder, 'tsconfig.pure.json'))) {
      problems.push(`${folder}: tsconfig.pure.json is missing`)
      continue
    }
    const command = [TSC, '-p', `${folder}/tsconfig.pure.json`, '--pretty', 'false', '--listFiles']
    const { status, stdout, stderr } = runTool(root, command)
    const lines = `${stdout}${stderr}`.split(/\r?\n/)
    const source = sourceFiles(root, `${folder}/src`, isCode)
    const compiled = source.filter((path) => lines.some((line) => line.endsWith(`/${path}`)))
    const errors = lines.filter((line) => /error TS\d+/.test(line))
    if (status !== 0 && errors.length === 0)
      errors.push(`${folder}: tsc ended with status ${status}`)
    if (lines.some((line) => /\/@types\/node\/|lib\.dom\./.test(line))) {
      errors.push(`${folder}: types of a host slipped into the pure project`)
    }
    if (compiled.length < source.length) {
      errors.push(`${folder}: ${source.length - compiled.length} files of src were not compiled`)
    }
    problems.push(...errors)
    seen += compiled.length
  }
  return { name: 'pure types', seen, problems }
}
