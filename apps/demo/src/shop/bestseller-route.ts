import type { FastifyInstance } from 'fastify'
import type { ShopParts } from './shop-parts.ts'

const BESTSELLERS = {
  sql: `select product_id as "productId", products.name, count(*)::int as orders
        from headgate_demo.orders join headgate_demo.products on products.id = product_id
        group by product_id, products.name order by orders desc, product_id limit 20`,
  diskMs: 20,
}

/** Milliseconds that the list is good for. */
export const BESTSELLERS_TTL_MS = 1_000

/** Of the latest queries it is known when they were sent. */
const MAX_QUERIES_KEPT = 10_000

/** `GET /bestsellers`: a dear query, and the same answer for everybody. Kept for a second, with or without Headgate. */
export function addBestsellerRoute(app: FastifyInstance, parts: ShopParts): void {
  const { database, shares } = parts
  const coalesce = { ttlMs: BESTSELLERS_TTL_MS, staleMs: 10_000 }
  const queriedAtMs: number[] = []
  let kept: { readonly rows: readonly object[]; readonly untilMs: number } | undefined
  const load = async (): Promise<readonly object[]> => {
    queriedAtMs.push(performance.timeOrigin + performance.now())
    if (queriedAtMs.length > MAX_QUERIES_KEPT) queriedAtMs.shift()
    return database.query(BESTSELLERS)
  }
  /** What is found in most services: look, and load if it is not there. */
  const loadKept = async (): Promise<readonly object[]> => {
    if (kept !== undefined && performance.now() < kept.untilMs) return kept.rows
    const rows = await load()
    kept = { rows, untilMs: performance.now() + BESTSELLERS_TTL_MS }
    return rows
  }
  if (shares) app.get('/bestsellers', { config: { headgate: { coalesce } } }, load)
  else app.get('/bestsellers', loadKept)
  app.get('/bestsellers/queries', async () => ({ queriedAtMs }))
}
