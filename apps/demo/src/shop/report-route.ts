import type { FastifyInstance } from 'fastify'
import type { ShopParts } from './shop-parts.ts'

const SALES = {
  sql: `select placed_on::text as day, department, count(*)::int as orders,
               sum(quantity)::int as items, sum(total_cents)::int as "totalCents"
        from headgate_demo.orders
        where placed_on > current_date - 7
        group by placed_on, department order by day, department`,
  diskMs: 80,
}

/** `GET /reports/daily`: a week's sales by day and department. Dear, and can wait for a quiet hour. */
export function addReportRoute(app: FastifyInstance, { database }: ShopParts): void {
  const config = { headgate: { tier: 'opportunistic' } } as const
  app.get('/reports/daily', { config }, () => database.query(SALES))
}
