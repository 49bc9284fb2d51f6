import type { Admission } from '../admission/admission.ts'

/**
 * Lets the user's `onReject` answer a refused request. Where it fails, at once or later, that is
 * reported, and `otherwise` is called to answer in its place.
 */
export function ownAnswer(
  admission: Admission,
  onReject: () => unknown,
  otherwise: () => void,
): void {
  const fail = (error: unknown): void => {
    admission.reportError('onReject', error)
    otherwise()
  }
  try {
    const answer = onReject()
    // An async function that fails would else be an unhandled rejection, which ends the process.
    if (answer instanceof Promise) answer.catch(fail)
  } catch (error) {
    fail(error)
  }
}
