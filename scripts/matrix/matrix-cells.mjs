import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** The cells that a file has; none where there is no file. */
export function readCells(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

/** The same cells with this one instead of an older one of the same package on the same version. */
export function withCell(cells, cell) {
  const isOther = ({ version, folder }) => version !== cell.version || folder !== cell.folder
  return [...cells.filter(isOther), cell]
}

export function writeCells(file, cells) {
  writeFileSync(file, `${JSON.stringify(cells, null, 1)}\n`)
}
