/** What `/metrics` says became of requests. */
export interface RequestAccount {
  readonly admitted: number
  readonly rejectedBy: Readonly<Record<string, number>>
  readonly queued: number
  readonly inFlight: number
  /** Admitted ones that have waited, if only for nothing, and that have ended. */
  readonly waited: number
  readonly ended: number
}

/** Reads it from a service that shows it. */
export async function readAccount(url: string): Promise<RequestAccount> {
  const response = await fetch(`${url}/metrics`)
  return parseAccount(await response.text())
}

export function parseAccount(text: string): RequestAccount {
  const sum = (selector: RegExp): number => {
    const values = text.split('\n').filter((line) => selector.test(line))
    return values.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0)
  }
  const reasons = [
    ...text.matchAll(/^headgate_requests_total\{.*outcome="rejected",reason="([\w-]+)"/gm),
  ]
  const names = [...new Set(reasons.map(([, reason]) => reason as string))]
  const rejected = names.map((reason): [string, number] => [
    reason,
    sum(new RegExp(`^headgate_requests_total\\{.*outcome="rejected",reason="${reason}"`)),
  ])
  return {
    admitted: sum(/^headgate_requests_total\{.*outcome="admitted"/),
    rejectedBy: Object.fromEntries(rejected.filter(([, count]) => count > 0)),
    queued: sum(/^headgate_queued\{/),
    inFlight: sum(/^headgate_in_flight\{/),
    waited: sum(/^headgate_wait_seconds_count\{/),
    ended: sum(/^headgate_service_seconds_count\{/),
  }
}

/** What came since an earlier account. */
export function sinceAccount(before: RequestAccount, after: RequestAccount): RequestAccount {
  const rejectedBy = Object.entries(after.rejectedBy).map(([reason, count]): [string, number] => [
    reason,
    count - (before.rejectedBy[reason] ?? 0),
  ])
  return {
    admitted: after.admitted - before.admitted,
    rejectedBy: Object.fromEntries(rejectedBy.filter(([, count]) => count > 0)),
    queued: after.queued,
    inFlight: after.inFlight,
    waited: after.waited - before.waited,
    ended: after.ended - before.ended,
  }
}

/** What must be equal, and is not; empty when all that `came` is accounted for. */
export function openItems(account: RequestAccount, came: number): readonly string[] {
  const { admitted, rejectedBy, queued, waited, ended, inFlight } = account
  const rejected = Object.values(rejectedBy).reduce((sum, count) => sum + count, 0)
  const items: readonly (readonly [string, number, number])[] = [
    ['came, and admitted + rejected + still queued', came, admitted + rejected + queued],
    ['admitted, and waited', admitted, waited],
    ['admitted, and ended + in flight', admitted, ended + inFlight],
  ]
  const open = items.filter(([, one, other]) => one !== other)
  return open.map(([what, one, other]) => `${what}: ${one} and ${other}`)
}
