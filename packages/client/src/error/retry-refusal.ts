/** Why an attempt that failed is not made again. */
export type RetryRefusal =
  /** Its client tries nothing again. */
  | 'off'
  /** It would not help: the answer, or the error, is final. */
  | 'final'
  | 'attempts'
  /** It may have been processed, and must not be twice. */
  | 'unsafe'
  /** Its body is gone. */
  | 'body'
  /** The server asked not to be tried again. */
  | 'forbidden'
  /** It asked for more time than a caller waits. */
  | 'too-late'
  /** The call's own time would be over. */
  | 'no-time'
  | 'budget'
