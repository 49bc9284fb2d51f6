/** Lists, which grow when more is measured, under names. */
export interface BenchData {
  readonly [name: string]: readonly unknown[] | BenchData
}

/** What a command found. */
export interface BenchResult<Data extends BenchData = BenchData> {
  /** Of the files. */
  readonly name: string
  readonly title: string
  /** All single runs: also for whoever wants to count otherwise. */
  readonly data: Data
  /** Paragraphs and tables. */
  sections(data: Data): readonly string[]
}

/** The same lists, longer: a long measurement may be made in parts. */
export function addData<Data extends BenchData>(before: BenchData, more: Data): Data {
  const sum: Record<string, readonly unknown[] | BenchData> = { ...before }
  for (const [name, value] of Object.entries(more)) {
    const known = before[name]
    if (known === undefined) sum[name] = value
    else if (isList(value)) sum[name] = [...(isList(known) ? known : []), ...value]
    else sum[name] = isList(known) ? value : addData(known, value)
  }
  return sum as Data
}

function isList(value: readonly unknown[] | BenchData): value is readonly unknown[] {
  return Array.isArray(value)
}
