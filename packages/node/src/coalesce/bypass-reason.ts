/** Why a request shares with nobody. */
export type BypassReason =
  | 'method'
  | 'when'
  | 'key'
  | 'body'
  | 'range'
  | 'conditional'
  | 'upgrade'
  | 'no-store'
  | 'credentials'
  | 'error'
