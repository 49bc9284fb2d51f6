import { CATALOG } from '../src/catalog.ts'

/** The table of docs/reference/metrics.md. */
export function printCatalog(): string {
  const rows = CATALOG.map(
    ({ name, type, unit, labels, help }) =>
      `| \`${name}\` | ${type} | ${unit} | ${labels.join(', ')} | ${help} |`,
  )
  return [
    '| metric | type | unit | labels | what it tells |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
