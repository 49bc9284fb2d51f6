/** Stable codes of every error Headgate makes. Match on these, not on classes: two copies of a package may be loaded. */
export type ErrorCode =
  | 'HG_ERR_OPTION'
  | 'HG_ERR_REJECTED'
  | 'HG_ERR_PEER_MISSING'
  | 'HG_ERR_CLOSED'
  | 'HG_ERR_DEADLINE'
  | 'HG_ERR_TIMEOUT'
  | 'HG_ERR_BUDGET'
  | 'HG_ERR_THROTTLED'
  | 'HG_ERR_BREAKER_OPEN'
  | 'HG_ERR_NO_UPSTREAM'
  | 'HG_ERR_BODY'
  | 'HG_ERR_FANOUT'
