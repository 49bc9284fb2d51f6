import type { Admission } from '../admission/admission.ts'
import type { RawRequest, RawResponse } from '../http/raw-message.ts'
import { probeAnswer } from './probe-answer.ts'

/** Answers a probe of `/livez` or `/readyz` for the service. False for any other request. */
export function answerProbe(
  { readiness }: Pick<Admission, 'readiness'>,
  request: RawRequest,
  response: RawResponse,
): boolean {
  const answer = probeAnswer(request, readiness.state)
  if (answer === undefined) return false
  const { statusCode, headers, body } = answer
  ;(response as { writeHead(statusCode: number, headers: object): unknown }).writeHead(
    statusCode,
    headers,
  )
  response.end(request.method === 'HEAD' ? '' : body)
  return true
}
