/** Other cases each time. It is told, and `HEADGATE_SEED` with what was told runs the same ones again. */
export function propertySeed(t: { comment(text: string): void }): number {
  const seed = Number(process.env.HEADGATE_SEED ?? Date.now())
  t.comment(`HEADGATE_SEED=${seed}`)
  return seed
}
