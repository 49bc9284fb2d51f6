import fc from 'fast-check'
import { settle } from './controlled-work.ts'

/** Of each case. */
const SCHEDULES = 1_500

/** A run says what went wrong in it: nothing, if all is well. */
export interface ScheduledRun {
  readonly wrong: readonly string[]
  run(): Promise<void>
}

export interface ScheduledCase<Plan> {
  readonly plans: fc.Arbitrary<Plan>
  readonly start: (plan: Plan, scheduler: fc.Scheduler) => ScheduledRun
}

/** A test for each case: random plans, each carried out in a random order; `HEADGATE_SEED` repeats a run. */
export async function checkSchedules<Plan>(
  cases: Readonly<Record<string, ScheduledCase<Plan>>>,
): Promise<void> {
  const seed = Number(process.env.HEADGATE_SEED ?? Date.now())
  // All runs come before tap is loaded: its hook on each promise would make them three times as dear.
  const results: { name: string; failure: unknown }[] = []
  for (const [name, it] of Object.entries(cases)) {
    results.push({ name, failure: await runSchedules(it, seed) })
  }
  const { default: t } = await import('tap')
  t.comment(`seed ${seed}`)
  for (const { name, failure } of results) {
    t.equal(failure, undefined, `${SCHEDULES} schedules with ${name}`)
  }
}

async function runSchedules<Plan>(it: ScheduledCase<Plan>, seed: number): Promise<unknown> {
  const act = async (step: () => Promise<unknown>): Promise<void> => {
    await step()
    await settle()
  }
  const property = fc.asyncProperty(fc.scheduler({ act }), it.plans, async (scheduler, plan) => {
    const run = it.start(plan, scheduler)
    await run.run()
    if (run.wrong.length > 0) throw new Error(run.wrong.join('; '))
  })
  const details = await fc.check(property, { seed, numRuns: SCHEDULES })
  return details.failed ? fc.defaultReportMessage(details) : undefined
}
