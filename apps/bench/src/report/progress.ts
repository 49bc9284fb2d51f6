/** One line of progress, beside the results and not in them. */
export function progress(line: string): void {
  process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${line}\n`)
}
