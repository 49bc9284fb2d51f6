import { checkBoolean } from '@headgate/core'
import {
  type HeaderOptions,
  type ResolvedHeaderOptions,
  resolveHeaderOptions,
} from '../contract/header-options.ts'

/** What a request's stay is like once it was let in. */
export interface VisitOptions {
  /**
   * Whether `context()` answers in handlers, for calls to other services: deadline, tier, tenant. Default
   * false: with it, every promise of the process costs a little more.
   */
  readonly context?: boolean | undefined
  /** What is read and said in headers, and by which names. */
  readonly headers?: HeaderOptions | undefined
}

export const VISIT_OPTION_NAMES: readonly (keyof VisitOptions)[] = Object.freeze([
  'context',
  'headers',
] as const)

/** The same with every default. */
export interface ResolvedVisitOptions {
  readonly context: boolean
  readonly headers: ResolvedHeaderOptions
}

/** @throws {InvalidOptionError} when an option is of the wrong type. */
export function resolveVisitOptions(options: VisitOptions): ResolvedVisitOptions {
  const { context = false } = options
  checkBoolean('context', context)
  return { context, headers: resolveHeaderOptions(options.headers) }
}
