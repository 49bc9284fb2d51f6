import type { Host } from '../http/host.ts'
import type { Lead } from './lead.ts'

/** A host that tells the requests that lead when they begin, and when the gate refuses them. */
export function leadingHost<Context extends { lead?: Lead | undefined }>(
  host: Host<Context>,
): Host<Context> {
  return {
    asksAgain: host.asksAgain,
    returnsHandler: host.returnsHandler ?? false,
    tellsEnd: (context) => host.tellsEnd(context),
    ...(host.headersBefore && { headersBefore: host.headersBefore.bind(host) }),
    ...(host.takeOver && { takeOver: host.takeOver.bind(host) }),
    proceed: (context) => {
      const { lead } = context
      if (lead === undefined) return host.proceed(context)
      lead.begin()
      const work = host.proceed(context)
      // Not `then`: a rejection that nobody handles must stay one.
      if (host.returnsHandler && work instanceof Promise)
        void work.finally(() => lead.onHandlerEnd())
      return work
    },
    refuse: (context, rejection, ofTenant) => {
      const { lead } = context
      context.lead = undefined
      if (lead?.onRefused(rejection) === true) return
      host.refuse(context, rejection, ofTenant)
    },
  }
}
