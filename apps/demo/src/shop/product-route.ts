import type { FastifyInstance } from 'fastify'
import { type IdRequest, idSchema } from './id-request.ts'
import type { ShopParts } from './shop-parts.ts'

const PRODUCT = {
  sql: `select id, name, description, department, price_cents as "priceCents", stock
        from headgate_demo.products where id = $1`,
  diskMs: 6,
}

/** `GET /products/:id`: one query, and next to no work besides. */
export function addProductRoute(app: FastifyInstance, { database }: ShopParts): void {
  app.get<IdRequest>('/products/:id', { schema: idSchema }, async ({ params }, reply) => {
    const [product] = await database.query(PRODUCT, [params.id])
    return product ?? reply.code(404).send({ error: 'no such product' })
  })
}
