import type { FastifyInstance } from 'fastify'
import { type IdRequest, idSchema } from './id-request.ts'
import { rankItems } from './rank-items.ts'
import type { ShopParts } from './shop-parts.ts'

const ALSO_BOUGHT = {
  sql: `select theirs.product_id as id, count(*)::int as buyers
        from headgate_demo.orders as mine
        join headgate_demo.orders as theirs
          on theirs.customer_id = mine.customer_id and theirs.product_id <> mine.product_id
        where mine.product_id = $1
        group by theirs.product_id order by buyers desc, id limit 10`,
  diskMs: 14,
}

/** `GET /recommendations/:id`: what others bought as well, and what looks alike. Nice to have. */
export function addRecommendationRoute(
  app: FastifyInstance,
  { database, catalogue }: ShopParts,
): void {
  const byId = new Map(catalogue.map((item) => [item.id, item]))
  const config = { headgate: { tier: 'optional' } } as const
  app.get<IdRequest>(
    '/recommendations/:id',
    { schema: idSchema, config },
    async ({ params }, reply) => {
      const product = byId.get(params.id)
      if (product === undefined) return reply.code(404).send({ error: 'no such product' })
      const alsoBought = await database.query(ALSO_BOUGHT, [params.id])
      const others = catalogue.filter(({ department }) => department === product.department)
      const alike = rankItems(others, product.words.slice(0, 3), 10)
      return { alsoBought, alike: alike.map(({ item: { id, name } }) => ({ id, name })) }
    },
  )
}
