import { Flow, FlowGroup, type Waiter } from '../../src/fairness/flow.ts'

/** A flow of a group of its own. */
export function createFlow(weight = 1, isTenant = true): Flow {
  return new Flow(new FlowGroup('', { isTenant, isKept: false }, weight), 1)
}

export interface TestWaiter extends Waiter {
  units: number
  startedMs: number
}

export function createWaiter(flow: Flow, units = 1, cost = 1): TestWaiter {
  return {
    flow,
    enqueuedMs: 0,
    startedMs: 0,
    cost,
    units,
    flowOlder: undefined,
    flowNewer: undefined,
  }
}
