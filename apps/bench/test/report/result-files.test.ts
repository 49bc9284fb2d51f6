import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { BenchData } from '../../src/report/bench-result.ts'
import { writeResult } from '../../src/report/result-files.ts'
import { runConditions } from '../../src/report/run-conditions.ts'

interface Numbers extends BenchData {
  readonly runs: readonly number[]
}

function page(folder: string, runs: readonly number[], adds: boolean): string {
  const result = {
    name: 'sum',
    title: 'A sum',
    data: { runs },
    sections: (data: Numbers) => [`sum ${data.runs.reduce((sum, each) => sum + each)}`],
  }
  writeResult(result, runConditions(['x', ...runs.map(String)], ['koa']), { folder, adds })
  return readFileSync(join(folder, 'sum.md'), 'utf8')
}

t.test('a page tells of all that was measured, and how each part was', async (t) => {
  const folder = t.testdir({})
  t.match(page(folder, [1, 2], true), /# A sum[\s\S]*main.js x 1 2`[\s\S]*koa 3[\s\S]*sum 3/)
  const both = page(folder, [4], true)
  t.match(both, /main.js x 1 2`\n.*main.js x 4`[\s\S]*sum 7/)
  t.notMatch(both, /@fastify/)
  t.match(page(folder, [5], false), /main.js x 5`[\s\S]*sum 5/)
})
