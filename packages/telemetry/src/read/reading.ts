/** One value of one metric of the catalogue, read now. */
export interface Reading {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The same, with whose they are where a feed tells of itself: several may have one name. */
export function ofFeed(
  readings: readonly Reading[],
  { kind, name }: { readonly kind: string; readonly name: string },
): readonly Reading[] {
  return readings.map((reading) => ({
    ...reading,
    labels: {
      ...reading.labels,
      ...(reading.name.startsWith('headgate_telemetry_') && { kind }),
      name,
    },
  }))
}

/** Collects readings: names without their prefix, and what is no number left out. */
export class Readings {
  readonly all: Reading[] = []

  add(
    name: string,
    value: number | boolean | undefined,
    labels: Record<string, string> = {},
  ): void {
    if (value === undefined) return
    const number = Number(value)
    if (Number.isNaN(number)) return
    this.all.push({ name: `headgate_${name}`, labels, value: number })
  }

  /** One gauge of each state: 1 for the one that is, so that a change is no gap. */
  addState(name: string, label: string, { is, of, labels }: StateReading): void {
    for (const state of of) this.add(name, state === is, { ...labels, [label]: state })
  }
}

export interface StateReading {
  readonly is: string
  readonly of: readonly string[]
  readonly labels?: Readonly<Record<string, string>> | undefined
}
