/**
 * The row of the table of figures that is about memory: millions of tenants, each with one request, through
 * a saturated core. Fails when the heap grows by more than 5 MB, or a flow is left over.
 *
 *     node --expose-gc dist/bench/tenants.bench.js [tenants]
 */
import { floodOfTenants } from '../src/index.ts'

const MB = 2 ** 20
const MOST_GROWTH_MB = 5
const [tenants = '5000000'] = process.argv.slice(2)

const { flows, debtors, queued, leftFlows, leftDebtors, growth } = floodOfTenants(
  Number(tenants),
  heapUsed,
)
const growthMb = growth / MB
print(`${tenants} tenants, Node ${process.version}`)
print(`heap growth while saturated: ${growthMb.toFixed(2)} MB, at most ${MOST_GROWTH_MB}`)
print(`flows: ${flows} at most, with ${queued} waiting and ${debtors} remembered for their debts`)
print(`left when idle: ${leftFlows} flows, ${leftDebtors} debtors`)
process.exitCode = growthMb <= MOST_GROWTH_MB && leftFlows + leftDebtors === 0 ? 0 : 1

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('needs --expose-gc')
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
