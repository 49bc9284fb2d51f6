/** How close the process is to the end of its resources, as whoever measures it last saw it. */
export interface Pressure {
  /** 0 to 1. Joins the fill of the waiting room as a maximum; never sheds `critical`. */
  readonly level: number
  /** Past the hard line: everything but `critical` is refused, free permits or not. */
  readonly isHard: boolean
}

export const NO_PRESSURE: Pressure = Object.freeze({ level: 0, isHard: false })
