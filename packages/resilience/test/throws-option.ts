import type { Test } from 'tap'

/** Each case must be refused while constructing, naming the option. */
export function throwsOption(
  t: Test,
  make: (options: never) => unknown,
  cases: readonly (readonly [options: unknown, option: string])[],
): void {
  for (const [options, option] of cases) {
    t.throws(() => make(options as never), { code: 'HG_ERR_OPTION', option }, option)
  }
}
