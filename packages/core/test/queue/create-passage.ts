import { Passage } from '../../src/admission/passage.ts'
import { Flow, FlowGroup } from '../../src/fairness/flow.ts'

const KEEPER = { sample: (): void => {}, release: (): void => {} }
const LINKS = [
  'older',
  'newer',
  'flowOlder',
  'flowNewer',
  'slotPrevious',
  'slotNext',
  'flow',
] as const

/** A flow of its own. */
export function createFlow(rank: number, isTenant = false): Flow {
  return new Flow(new FlowGroup('', { isTenant, isKept: true }, 1), rank)
}

/** A waiter whose links do not show: a comparison that fails would print the whole list, for minutes. */
export function createPassage(at: number | Flow, enqueuedMs = 0): Passage {
  const passage = new Passage(KEEPER, typeof at === 'number' ? createFlow(at) : at, undefined)
  passage.enqueuedMs = enqueuedMs
  for (const link of LINKS) Object.defineProperty(passage, link, { enumerable: false })
  return passage
}
