import type { AdmissionRequest, Arrival, Decision, Passage, Rejection } from '@headgate/core'

/** A request that may be given up while it waits. */
export type CancellableRequest = AdmissionRequest & { readonly signal?: AbortSignal | undefined }

/** What is needed of the admission that is asked. */
interface Offering {
  offer(request?: AdmissionRequest, arrival?: Arrival): Passage | Rejection
  cancel(passage: Passage): boolean
}

/** The decision, perhaps after waiting. Never rejects. Aborting `request.signal` ends the wait. */
export function waitForDecision(
  admission: Offering,
  request: CancellableRequest | undefined,
): Promise<Decision> {
  return new Promise((resolve) => {
    const signal = request?.signal
    const settle = (decision: Decision): void => {
      signal?.removeEventListener('abort', onAbort)
      resolve(decision)
    }
    const arrival: Arrival = {
      onAdmit: (permit) => settle({ admitted: true, permit }),
      onReject: settle,
    }
    const answer = admission.offer(request, arrival)
    const onAbort = (): void => {
      if (admission.cancel(answer as Passage)) {
        settle({ admitted: false, reason: 'cancelled', retryAfterMs: 0 })
      }
    }
    if (!isPassage(answer)) settle(answer)
    else if (answer.state === 'running') arrival.onAdmit(answer)
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}

export function isPassage(answer: Passage | Rejection): answer is Passage {
  return answer.admitted
}
