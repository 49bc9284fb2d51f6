import type { ResponseHeaders } from '../handler/handler.ts'
import type { Replica } from '../service/replica.ts'

/** Takes in what a server says of itself with any answer. */
export function heed(replica: Replica, headers: ResponseHeaders): void {
  const capabilities = headers['x-capabilities']
  if (capabilities !== undefined) {
    replica.refusesHedges = /(?:^|[,\s])no-hedge(?:$|[,\s])/.test(String(capabilities))
  }
}
