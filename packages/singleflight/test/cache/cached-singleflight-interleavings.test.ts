import { checkSchedules } from '../check-schedules.ts'
import { CacheRun, cachePlans } from './cache-run.ts'

await checkSchedules({
  'gets, ends, leavings, invalidations, evictions, refreshes and time': {
    plans: cachePlans,
    start: (plan, scheduler) => new CacheRun(plan, scheduler),
  },
})
