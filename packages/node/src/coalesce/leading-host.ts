import type { Host } from '../http/host.ts'
import type { Lead } from './lead.ts'

/** A host that tells the requests that lead when they begin, and when the gate refuses them. */
export function leadingHost<Context extends { lead?: Lead | undefined }>(
  host: Host<Context>,
): Host<Context> {
  return {
    asksAgain: host.asksAgain,
    tellsEnd: (context) => host.tellsEnd(context),
    ...(host.headersBefore && { headersBefore: host.headersBefore.bind(host) }),
    ...(host.takeOver && { takeOver: host.takeOver.bind(host) }),
    proceed: (context) => {
      context.lead?.begin()
      return host.proceed(context)
    },
    refuse: (context, rejection, ofTenant) => {
      const { lead } = context
      context.lead = undefined
      if (lead?.onRefused(rejection) === true) return
      host.refuse(context, rejection, ofTenant)
    },
  }
}
