import type { TimeShare } from '@headgate/core'

/** What a listener did not hear, since the admission was made. */
export interface ListenerLoss {
  /** Events that were left out: telling them would have slowed the service. */
  readonly dropped: number
  /** Events that it threw at. */
  readonly errors: number
}

/** More names than these are told as one: they are labels of metrics. */
const MAX_NAMES = 32
const OTHERS = 'other'

interface Account {
  readonly live: Set<TimeShare>
  dropped: number
  errors: number
}

/** Keeps account of what listeners lost, by their names: also of those that have ended, for counters do not fall. */
export class ListenerLosses {
  readonly #byName = new Map<string, Account>()

  /** Until what it returns is called, losses of this share are of this name. */
  open(name: string, share: TimeShare): () => void {
    const account = this.#accountOf(name)
    account.live.add(share)
    return () => {
      if (!account.live.delete(share)) return
      account.dropped += share.dropped
      account.errors += share.errors
    }
  }

  snapshot(): Readonly<Record<string, ListenerLoss>> {
    const entries = [...this.#byName].map(([name, { live, ...ended }]) => {
      const loss = { ...ended }
      for (const { dropped, errors } of live) {
        loss.dropped += dropped
        loss.errors += errors
      }
      return [name, loss] as const
    })
    return Object.fromEntries(entries)
  }

  #accountOf(name: string): Account {
    const own = this.#byName.size < MAX_NAMES - 1 || this.#byName.has(name) ? name : OTHERS
    let account = this.#byName.get(own)
    if (account === undefined) {
      account = { live: new Set(), dropped: 0, errors: 0 }
      this.#byName.set(own, account)
    }
    return account
  }
}
