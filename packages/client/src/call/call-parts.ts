import type { DispatchOptions } from '../handler/handler.ts'
import type { Service } from '../service/service.ts'
import type { CallSettings } from './call-settings.ts'
import type { CallTerms } from './call-terms.ts'

/** What one call is made of. */
export interface CallParts {
  readonly settings: CallSettings
  readonly service: Service
  readonly options: DispatchOptions
  readonly terms: CallTerms
}
