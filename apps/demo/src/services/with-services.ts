import { ServiceProcess } from './service-process.ts'

/** On which side Headgate is. */
export interface Sides {
  readonly stock: boolean
  readonly front: boolean
}

export interface Services {
  readonly stock: ServiceProcess
  readonly front: ServiceProcess
}

/** Starts the stock service and then the front one, which asks it; both end with the work. */
export async function withServices<Result>(
  { sides, isTraced }: { readonly sides: Sides; readonly isTraced: boolean },
  work: (services: Services) => Promise<Result>,
): Promise<Result> {
  const withHeadgate = sides.stock
  const stock = await ServiceProcess.start({ name: 'stock', withHeadgate, isTraced })
  try {
    const front = await ServiceProcess.start({
      name: 'front',
      withHeadgate: sides.front,
      isTraced,
      stockUrl: stock.url,
    })
    try {
      return await work({ stock, front })
    } finally {
      await front.stop()
    }
  } finally {
    await stock.stop()
  }
}
