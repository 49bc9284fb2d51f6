import { createRequire } from 'node:module'
import type { Contestant } from './contestant.ts'

interface TooBusy {
  (): boolean
  interval(ms: number): void
  maxLag(ms: number): void
}

export const toobusy: Contestant = contestant('toobusy', 'toobusy-js with its defaults', undefined)

/** The best all-round setting found by hand. */
export const toobusyTuned: Contestant = contestant(
  'toobusy-tuned',
  'toobusy-js, a lag of 70 ms, looked at each 100 ms',
  { lagMs: 70, everyMs: 100 },
)

function contestant(
  name: string,
  about: string,
  tuned: { readonly lagMs: number; readonly everyMs: number } | undefined,
): Contestant {
  const create = (): { readonly isBusy: () => boolean; readonly refuseAll: () => void } => {
    const isTooBusy = createRequire(import.meta.url)('toobusy-js') as TooBusy
    if (tuned !== undefined) {
      isTooBusy.maxLag(tuned.lagMs)
      isTooBusy.interval(tuned.everyMs)
    }
    let isClosed = false
    return {
      isBusy: () => isClosed || isTooBusy(),
      refuseAll: () => {
        isClosed = true
      },
    }
  }
  return {
    name,
    about,
    // As its readme shows it.
    express: async () => {
      const { isBusy, refuseAll } = create()
      return {
        refuseAll,
        middleware: (_, response, next) => {
          if (isBusy()) response.status(503).send("I'm busy right now, sorry.")
          else next()
        },
      }
    },
    koa: async () => {
      const { isBusy, refuseAll } = create()
      return {
        refuseAll,
        middleware: async (context, next) => {
          if (!isBusy()) return await next()
          context.status = 503
          context.body = "I'm busy right now, sorry."
        },
      }
    },
  }
}
