import { Passage } from '../../src/admission/passage.ts'

const KEEPER = { sample: (): void => {}, release: (): void => {} }
const LINKS = ['older', 'newer', 'slotPrevious', 'slotNext'] as const

/** A waiter whose links do not show: a comparison that fails would print the whole list, for minutes. */
export function createPassage(rank: number, enqueuedMs = 0): Passage {
  const passage = new Passage(KEEPER, rank, undefined)
  passage.enqueuedMs = enqueuedMs
  for (const link of LINKS) Object.defineProperty(passage, link, { enumerable: false })
  return passage
}
