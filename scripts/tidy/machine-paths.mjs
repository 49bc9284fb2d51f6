import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sourceFiles } from '../workspace/source-files.mjs'

const TEXT = /\.(?:[cm]?[jt]s|json|jsonl|md|ya?ml|sh|taprc)$|^(?:run|LICENSE)$|rc$|\.base$/
const PATH = /(?:^|[\s"'`(=:])\/(?:work|tmp|home|Users|root)\/[\w.-]+/

/** Nothing in the repository depends on, or tells of, the machine it was written on. */
export function checkMachinePaths(root) {
  const files = sourceFiles(root, '.', (name) => TEXT.test(name) && name !== 'pnpm-lock.yaml')
  const problems = files.flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        PATH.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
      ),
  )
  return { name: 'machine paths', seen: files.length, problems }
}
