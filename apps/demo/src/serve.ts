import { openDatabase } from './database/open-database.ts'
import { buildShop } from './shop/shop.ts'

/** `npm start -- serve`: leaves the shop running until Ctrl-C, then lets what is under way finish. */
export async function serve(withHeadgate: boolean, port: number): Promise<void> {
  console.log(`Starting the shop ${withHeadgate ? 'with' : 'without'} Headgate ...`)
  const database = await openDatabase(process.env)
  const app = await buildShop({ database, withHeadgate, logger: true })
  const close = async (): Promise<void> => {
    console.log('\nDraining ...')
    await app.close()
    process.exit()
  }
  try {
    const url = await app.listen({ port, host: '127.0.0.1' })
    console.log(`\nOn ${database.description}.\n\n${formatExamples(url)}\n`)
  } catch (error) {
    await app.close()
    throw isPortTaken(error)
      ? new Error(`port ${port} is taken; choose another one: PORT=3001 npm start -- serve`)
      : error
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close)
}

function isPortTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
}

function formatExamples(url: string): string {
  return `The shop is at ${url}. Look at it:

  curl "${url}/search?q=oak+table"                                      important
  curl ${url}/products/17                                               important
  curl -X POST "${url}/checkout?product=17" -H content-type:application/json \\
       -d '{"customer":1,"quantity":2}'                                                    critical
  curl ${url}/recommendations/17                                        optional
  curl ${url}/reports/daily                                             opportunistic
  curl ${url}/livez                                                     exempt

Overload it, and look again meanwhile:

  npx autocannon -c 500 -d 20 "${url}/search?q=oak+table"

Ctrl-C drains and stops it.`
}
