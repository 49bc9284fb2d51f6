import { checkSchedules } from '../check-schedules.ts'
import { FlightRun, runPlans } from './flight-run.ts'

await checkSchedules({
  'wide bounds: it is known who joins whom': {
    plans: runPlans('wide'),
    start: (plan, scheduler) => new FlightRun(plan, scheduler),
  },
  'narrow bounds: flights, followers and age are met all the time': {
    plans: runPlans('narrow'),
    start: (plan, scheduler) => new FlightRun(plan, scheduler),
  },
})
