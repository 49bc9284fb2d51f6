import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// An entry of its own, without tap: V8 would see all that tap makes as well.

const BURSTS = 5
/** V8 concludes from a hundred. */
const BURST = 300
const MADE = 20_000
const LOOK_EVERY = 1_000
const PAYLOAD = 8_000

/**
 * For the script of `keptMb`: has bursts of what `make` makes outlive collections, as requests do that wait, then makes
 * and drops many, and tells how many megabytes of those were still there at most after collections of what is young.
 *
 * @param make answers with an object that leads to its payload, and to nothing else that V8 may conclude something about
 */
export function tellKept(make: (payload: string) => object): void {
  setFlagsFromString('--expose-gc')
  const collect: (options: { readonly type: 'minor' | 'major' }) => void = runInNewContext('gc')
  const collectYoung = (): void => {
    // What is young is old after two.
    collect({ type: 'minor' })
    collect({ type: 'minor' })
  }
  const usedMb = (): number => {
    collectYoung()
    return process.memoryUsage().heapUsed / 2 ** 20
  }
  for (let burst = 0; burst < BURSTS; burst += 1) outlive(make, collectYoung)
  collect({ type: 'major' })
  const before = usedMb()
  let keptMb = 0
  for (let count = 0; count < MADE; count += 1) {
    make(payload(count))
    if (count % LOOK_EVERY === 0) keptMb = Math.max(keptMb, usedMb() - before)
  }
  process.send?.({ keptMb }, () => process.exit())
}

function outlive(make: (payload: string) => object, collectYoung: () => void): number {
  const alive = Array.from({ length: BURST }, (_, index) => make(payload(index)))
  collectYoung()
  return alive.length
}

/** No array: V8 would conclude something about those as well. */
function payload(index: number): string {
  return String(index).padEnd(PAYLOAD, 'x')
}
