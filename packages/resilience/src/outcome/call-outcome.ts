/**
 * How one attempt ended, as far as it teaches anything about the server.
 *
 * - `success`: a usable answer, an expected 4xx included.
 * - `overload`: the server said that it is full: 429, 503, a nack.
 * - `failure`: it failed to answer: another 5xx, a broken or refused connection, an own timeout.
 * - `ignore`: it says nothing about the server: the caller aborted, a call was refused here.
 */
export type CallOutcome = 'success' | 'overload' | 'failure' | 'ignore'
