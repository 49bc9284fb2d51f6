import { createRequire } from 'node:module'
import type { ErrorCode } from '@headgate/core'
import type { DispatcherLike } from '../handler/handler.ts'

/** As much of the undici module, of either major, as is needed. */
export interface UndiciModule {
  readonly Agent: new (
    options: { readonly connections: number } & Record<string, unknown>,
  ) => DispatcherLike
  // biome-ignore lint/suspicious/noExplicitAny: each major has types of its own, which do not fit each other.
  readonly fetch: (input: any, init?: any) => Promise<any>
}

/** A package that is to be installed beside this one is not there, or does not run here. */
export class PeerMissingError extends Error {
  readonly code: ErrorCode = 'HG_ERR_PEER_MISSING'

  constructor(cause: unknown) {
    super('undici (7.16 or later, or 8) could not be loaded: install it, or hand it in', { cause })
    this.name = 'PeerMissingError'
  }
}

/**
 * The undici that is installed beside this package. Loaded when it is first needed: whoever hands one in
 * needs no other.
 *
 * @throws {PeerMissingError}
 */
export function loadUndici(): UndiciModule {
  try {
    return createRequire(import.meta.url)('undici') as UndiciModule
  } catch (cause) {
    throw new PeerMissingError(cause)
  }
}

export function isUndiciModule(value: unknown): value is UndiciModule {
  const { Agent, fetch } = (value ?? {}) as Partial<UndiciModule>
  return typeof Agent === 'function' && typeof fetch === 'function'
}

export function isDispatcher(value: unknown): value is DispatcherLike {
  return typeof (value as Partial<DispatcherLike> | undefined)?.dispatch === 'function'
}
