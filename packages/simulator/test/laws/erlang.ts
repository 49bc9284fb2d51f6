/** The part of requests that find all `servers` taken and go away, at an offered load of `load` servers. */
export function erlangB(servers: number, load: number): number {
  let refused = 1
  for (let count = 1; count <= servers; count += 1) {
    refused = (load * refused) / (count + load * refused)
  }
  return refused
}

/** The part that find all servers taken and wait; `load` is below `servers`. */
export function erlangC(servers: number, load: number): number {
  const refused = erlangB(servers, load)
  return refused / (1 - (load / servers) * (1 - refused))
}
