/** Throws what does not hold: fast-check then looks for the smallest case. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}
