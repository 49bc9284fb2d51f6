import { checkFunction, InvalidOptionError } from '@headgate/core'
import type { BeginTrace } from '../http/request-trace.ts'

interface Traced {
  beginTrace: BeginTrace | undefined
}

/**
 * Until the function it returns is called.
 * @throws {InvalidOptionError} when there is one already: a request has one server span, and one context to run in.
 */
export function attachTracer(admission: Traced, begin: BeginTrace): () => void {
  checkFunction('begin', begin)
  if (admission.beginTrace !== undefined) {
    const mend = 'stop the first, or give both exporters to one tracer provider'
    throw new InvalidOptionError('tracer', `the only one of its admission (${mend})`, 'a second')
  }
  // A function of its own each time, so that ending twice does not end another that came between.
  const own: BeginTrace = (request, response) => begin(request, response)
  admission.beginTrace = own
  return () => {
    if (admission.beginTrace === own) admission.beginTrace = undefined
  }
}
