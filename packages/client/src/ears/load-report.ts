/** What a server says of its own load, in the text form of ORCA: `TEXT application_utilization=0.8,rps_fractional=12`. */
export interface LoadReport {
  /** 0 to 1: how much of what it can carry is in use. */
  readonly utilization: number
}

const MAX_LENGTH = 1024

/** `undefined` for what is garbage, in another form, or says nothing of utilisation. */
export function loadReport(value: string | readonly string[] | undefined): LoadReport | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined
  const text = value.trim()
  if (!text.startsWith('TEXT ')) return undefined
  const said = fields(text.slice(5))
  // The application's own word comes before the processor's, as gRPC has it.
  const utilization = said.get('application_utilization') ?? said.get('cpu_utilization')
  if (utilization === undefined || !(utilization >= 0)) return undefined
  return { utilization: Math.min(1, utilization) }
}

function fields(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const field of text.split(',')) {
    const at = field.indexOf('=')
    const number = field.slice(at + 1).trim()
    if (at > 0 && number !== '') found.set(field.slice(0, at).trim(), Number(number))
  }
  return found
}
