/**
 * The page of results, as Markdown. `cells`: one for each package on each Node.js, with `version` and
 * `commit`; `conditions`: `{ command, machine }`.
 */
export function matrixPage({ command, machine }, cells) {
  const versions = [...new Set(cells.map(({ version }) => version))].sort(byNumbers)
  const folders = [...new Set(cells.map(({ folder }) => folder))].sort()
  const rows = folders.map((folder) => [
    folder,
    ...versions.map((version) =>
      formatCell(cells.find((cell) => cell.version === version && cell.folder === folder)),
    ),
  ])
  const header = ['package', ...versions]
  const lines = [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`)
  const dates = cells.map(({ date }) => date).sort()
  const commits = [...new Set(cells.map(({ commit }) => commit))]
  const text = [
    '# The tests on each Node.js',
    [
      `- command: \`${command}\``,
      `- ${dates[0]} to ${dates.at(-1)} UTC, commit ${commits.join(', ')}`,
      `- ${machine}`,
    ].join('\n'),
    'Tests passed, and those that failed or were skipped. A file that failed was run once more by itself, and counts as it did ' +
      'then. Compiled once, whatever the version that runs it.',
    lines.join('\n'),
    ...fileSection('What failed', cells, failuresOf),
    ...fileSection('What passed when it was run again', cells, ({ retriedFiles }) =>
      retriedFiles.join(', '),
    ),
  ]
  return `${text.join('\n\n')}\n`
}

function byNumbers(a, b) {
  return a.localeCompare(b, 'en', { numeric: true })
}

function formatCell(cell) {
  if (cell === undefined) return '–'
  const { passed, failed, skipped, retriedFiles } = cell
  const failure = failed > 0 ? `, **${failed} failed**` : ''
  const skip = skipped > 0 ? `, ${skipped} skipped` : ''
  const retried = retriedFiles.length
  const again = failed === 0 && retried > 0 ? ` (files run twice: ${retried})` : ''
  return `${passed}${failure}${skip}${again}`
}

/** A list of the files that `filesOf` finds in each cell, under a heading; nothing where it finds none. */
function fileSection(heading, cells, filesOf) {
  const lines = cells
    .map((cell) => ({ ...cell, files: filesOf(cell) }))
    .filter(({ files }) => files !== '')
    .map(({ version, folder, files }) => `- ${version}, ${folder}: ${files}`)
  return lines.length > 0 ? [`## ${heading}`, lines.join('\n')] : []
}

function failuresOf({ failed, failedFiles }) {
  if (failed === 0) return ''
  return failedFiles.length > 0 ? failedFiles.join(', ') : 'the run broke off'
}
