import { InvalidOptionError } from '@headgate/core'

const METER_METHODS = [
  'createHistogram',
  'createObservableCounter',
  'createObservableGauge',
  'addBatchObservableCallback',
  'removeBatchObservableCallback',
]

/** @throws {InvalidOptionError} unless it has the methods of a tracer that are called. */
export function checkTracer(tracer: unknown): void {
  checkMethods('tracer', tracer, ['startSpan'])
}

/** @throws {InvalidOptionError} unless it has the methods of a meter that are called. */
export function checkMeter(meter: unknown): void {
  checkMethods('meter', meter, METER_METHODS)
}

/** @throws {InvalidOptionError} unless it can dispatch. */
export function checkDispatcher(dispatcher: unknown): void {
  checkMethods('dispatcher', dispatcher, ['dispatch'])
}

function checkMethods(option: string, value: unknown, methods: readonly string[]): void {
  const found = (value ?? {}) as Readonly<Record<string, unknown>>
  const missing = methods.find((method) => typeof found[method] !== 'function')
  if (missing === undefined) return
  throw new InvalidOptionError(option, `an object with the method ${missing}`, value)
}
