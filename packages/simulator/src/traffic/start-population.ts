import { startPoissonSource } from '../arrivals/poisson-source.ts'
import { Caller, type CallerParts } from './caller.ts'
import type { Population } from './population.ts'

/** Who was refused at once does not ask again at the same instant, for ever: it takes a moment to hear. */
const AFTER_FAILURE_MS = 1

/** Lets the clients of a population ask until `endMs`. */
export function startPopulation(parts: CallerParts, population: Population, endMs: number): void {
  const { clock, random } = parts
  const caller = new Caller(parts, population)
  const { load } = population
  if (load.kind === 'open') {
    let serial = 0
    const source = { phases: load.phases, endMs }
    startPoissonSource({ clock, random: random('arrivals') }, source, () => caller.call(serial++))
    return
  }
  const thoughts = random('thoughts')
  for (let client = 0; client < load.clients; client += 1) {
    const ask = (): void => {
      if (clock.nowMs() >= endMs) return
      caller.call(client, ({ isGood }) => {
        const thinkMs = load.think.draw(thoughts)
        clock.schedule(isGood ? thinkMs : Math.max(thinkMs, AFTER_FAILURE_MS), ask)
      })
    }
    // Clients that think begin in the middle of it: they do not all come at once.
    clock.schedule(load.think.draw(thoughts) * thoughts(), ask)
  }
}
