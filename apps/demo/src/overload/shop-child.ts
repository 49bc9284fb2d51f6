// The process that `ShopProcess` starts.
import { openDatabase } from '../database/open-database.ts'
import { buildShop } from '../shop/shop.ts'
import type { ShopChildMessage } from './shop-process.ts'

// When the parent is gone, nobody is left to stop this process.
process.once('disconnect', () => process.exit())

try {
  const database = await openDatabase(process.env)
  const app = await buildShop({ database, withHeadgate: process.argv[2] === 'with' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  tell({ kind: 'listening', url, database: database.description })
} catch (error) {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  process.disconnect?.()
}

function tell(message: ShopChildMessage): void {
  process.send?.(message)
}
