import { createServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { openDatabase } from './database/open-database.ts'
import { formatExamples } from './print/examples.ts'
import { buildShop } from './shop/shop.ts'

const HOST = '127.0.0.1'
const CLOSE_WITHIN_MS = 10_000

/** `npm start -- serve`: leaves the shop running until Ctrl-C, then lets what is under way finish. */
export async function serve(withHeadgate: boolean, port: number): Promise<void> {
  await checkPortFree(port)
  console.log(`Starting the shop ${withHeadgate ? 'with' : 'without'} Headgate ...`)
  const database = await openDatabase(process.env)
  const app = await buildShop({ database, withHeadgate, logger: true })
  closeOnSignal(app)
  const url = await app.listen({ port, host: HOST })
  console.log(`\nOn ${database.description}.\n\n${formatExamples(url)}\n`)
}

/** Before the database starts, which takes seconds. @throws when another server has the port. */
async function checkPortFree(port: number): Promise<void> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, HOST, resolve)
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const what = code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${message})`
    throw new Error(`port ${port} ${what}; choose another one: PORT=3001 npm start -- serve`)
  }
  await new Promise((resolve) => {
    server.close(resolve)
  })
}

function closeOnSignal(app: FastifyInstance): void {
  let isClosing = false
  const close = async (): Promise<void> => {
    // Ctrl-C may come twice: from the terminal, and passed on by npm.
    if (isClosing) return
    isClosing = true
    console.log('\nDraining: what is under way may finish, and nothing new comes in.')
    setTimeout(() => {
      console.error(`still busy after ${CLOSE_WITHIN_MS / 1000} s: stopping`)
      process.exit(1)
    }, CLOSE_WITHIN_MS).unref()
    await app.close()
    console.log('Stopped.')
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, close)
}
