import {
  checkBoolean,
  checkFunction,
  checkKnownOptions,
  InvalidOptionError,
  type Rejection,
} from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import {
  type AdmissionOptions,
  CREATE_ADMISSION_OPTION_NAMES,
  createAdmission,
} from '../admission/create-admission.ts'
import { Refusals } from '../contract/refusals.ts'
import {
  checkRequestOptions,
  REQUEST_OPTION_NAMES,
  type RequestOptions,
} from './request-options.ts'
import { showShortLivedListeners } from './short-lived-listeners.ts'
import { resolveVisitOptions, VISIT_OPTION_NAMES, type VisitOptions } from './visit-options.ts'

// When this is loaded, which in most services is before they connect to anything; every entrance needs what is below.
showShortLivedListeners()

/** The options of every host. All are optional, and none needs to be set. */
export interface HeadgateOptions<Request, Response>
  extends AdmissionOptions,
    RequestOptions<Request>,
    VisitOptions {
  /** Share one admission between several hosts, or make it yourself. Excludes the options it is made of. */
  readonly admission?: Admission | undefined
  /**
   * Writes your own answer to a refused request, instead of the prepared one; it may be async. When it
   * fails, or has not answered after five seconds, that is counted, and the prepared one is given.
   */
  readonly onReject?:
    | ((request: Request, response: Response, rejection: Rejection) => unknown)
    | undefined
  /**
   * Answers GET and HEAD of `/livez` and `/readyz` for the service, before any handler: `/readyz` with `503`
   * while the process is not `ready()`. Default false: your own handlers answer, and ask `ready()`.
   */
  readonly answerProbes?: boolean | undefined
}

/** What a host makes of its options. */
export interface ResolvedHeadgate {
  readonly admission: Admission
  /** Whether the admission was made here, and so is to be closed here. */
  readonly owned: boolean
  readonly answersProbes: boolean
  /** What it says to those it refuses. */
  readonly refusals: Refusals
}

/**
 * Checks the options of a host and makes the admission if none was given. `own` names the options
 * that only this host knows.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function resolveHeadgate<Request, Response>(
  options: HeadgateOptions<Request, Response>,
  own: readonly string[] = [],
): ResolvedHeadgate {
  const known = [
    'admission',
    'onReject',
    'answerProbes',
    ...REQUEST_OPTION_NAMES,
    ...VISIT_OPTION_NAMES,
    ...CREATE_ADMISSION_OPTION_NAMES,
  ]
  checkKnownOptions('options', options, [...known, ...own])
  checkRequestOptions(options as RequestOptions<never>)
  const visits = resolveVisitOptions(options)
  const { headers } = visits
  if (options.onReject !== undefined) checkFunction('onReject', options.onReject)
  const making: Record<string, unknown> = {}
  for (const name of CREATE_ADMISSION_OPTION_NAMES) {
    if (options[name] !== undefined) making[name] = options[name]
  }
  const { admission, answerProbes: answersProbes = false } = options
  checkBoolean('answerProbes', answersProbes)
  const told = { ...namedOptions(options, own), ...visits, answerProbes: answersProbes }
  if (admission === undefined) {
    const made = createAdmission(making)
    made.configured.addHost(told)
    return { admission: made, owned: true, answersProbes, refusals: new Refusals(made, headers) }
  }
  // By its methods: two copies of the package may be loaded.
  if (
    typeof admission !== 'object' ||
    admission === null ||
    typeof admission.offer !== 'function'
  ) {
    throw new InvalidOptionError('admission', 'made by createAdmission', admission)
  }
  const conflict = Object.keys(making)[0]
  if (conflict !== undefined) {
    throw new InvalidOptionError(
      conflict,
      'given to createAdmission when admission is set',
      making[conflict],
    )
  }
  // Another version of the package may have made it, which does not know of this.
  admission.configured?.addHost(told)
  return { admission, owned: false, answersProbes, refusals: new Refusals(admission, headers) }
}

/** Also those that were not given: that nobody names a tenant is as much worth knowing as that somebody does. */
function namedOptions<Request, Response>(
  options: HeadgateOptions<Request, Response>,
  own: readonly string[],
): Record<string, unknown> {
  const names = ['onReject', ...REQUEST_OPTION_NAMES, ...own]
  return Object.fromEntries(names.map((name) => [name, options[name as keyof typeof options]]))
}
