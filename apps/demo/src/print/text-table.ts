export interface TextColumn {
  readonly title: string
  readonly align: 'left' | 'right'
  /** Longer cells go on in the lines below, broken after commas. Default: never. */
  readonly wrapAt?: number
}

/** The cells of one row, or a line of text above the rows that it is the heading of. */
export type TextRow = readonly string[] | string

/** A table of plain characters; no line ends in spaces. */
export function formatTable(columns: readonly TextColumn[], rows: readonly TextRow[]): string {
  const lines = rows.flatMap((row): readonly TextRow[] =>
    typeof row === 'string' ? [row] : wrapRow(columns, row),
  )
  const titles = columns.map(({ title }) => title)
  const widths = columns.map((_, index) => {
    const cells = [titles, ...lines.filter((line) => typeof line !== 'string')]
    return Math.max(...cells.map((line) => line[index]?.length ?? 0))
  })
  const format = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? ''
        const width = widths[index] ?? 0
        return align === 'left' ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd()
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2))
  const body = lines.map((line) => (typeof line === 'string' ? line : format(line)))
  return [format(titles), rule, ...body].join('\n')
}

/** As many lines as the longest cell needs. */
function wrapRow(columns: readonly TextColumn[], cells: readonly string[]): string[][] {
  const wrapped = columns.map(({ wrapAt }, index) => wrapText(cells[index] ?? '', wrapAt))
  const height = Math.max(...wrapped.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => wrapped.map((lines) => lines[line] ?? ''))
}

function wrapText(text: string, wrapAt = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = []
  for (const part of text.split(/(?<=,) /)) {
    const line = lines.at(-1)
    const longer = `${line} ${part}`
    if (line === undefined || longer.length > wrapAt) lines.push(part)
    else lines[lines.length - 1] = longer
  }
  return lines
}
