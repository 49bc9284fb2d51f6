/**
 * The page of results, as Markdown. `columns`: `{ version, cells }` for each Node.js, a cell for each
 * package; `conditions`: `{ command, date, commit, machine }`.
 */
export function matrixPage(conditions, columns) {
  const { command, date, commit, machine } = conditions
  const folders = columns[0]?.cells.map(({ folder }) => folder) ?? []
  const header = ['package', ...columns.map(({ version }) => version)]
  const rows = folders.map((folder, row) => [
    folder,
    ...columns.map(({ cells }) => formatCell(cells[row])),
  ])
  const lines = [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`)
  return [
    '# The tests on each Node.js',
    [`- command: \`${command}\``, `- ${date} UTC, commit ${commit}`, `- ${machine}`].join('\n'),
    'Tests passed, and those that failed or were skipped. Compiled once, with the oldest version of Node.js.',
    lines.join('\n'),
    ...failures(columns),
  ]
    .join('\n\n')
    .concat('\n')
}

function formatCell({ passed, failed, skipped }) {
  const failure = failed > 0 ? `, **${failed} failed**` : ''
  const skip = skipped > 0 ? `, ${skipped} skipped` : ''
  return `${passed}${failure}${skip}`
}

function failures(columns) {
  const lines = columns.flatMap(({ version, cells }) =>
    cells
      .filter(({ failed }) => failed > 0)
      .map(({ folder, failedFiles }) => {
        const files = failedFiles.length > 0 ? failedFiles.join(', ') : 'the run broke off'
        return `- ${version}, ${folder}: ${files}`
      }),
  )
  return lines.length > 0 ? ['## What failed', lines.join('\n')] : []
}
