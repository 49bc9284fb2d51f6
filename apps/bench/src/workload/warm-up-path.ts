/** Answered at once by every server under test, whatever its workload: for requests that only warm it up. */
export const WARM_UP_PATH = '/warm-up'
