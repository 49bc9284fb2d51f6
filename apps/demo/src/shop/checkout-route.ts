import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { DatabaseError } from '../database/database-error.ts'
import type { ShopParts } from './shop-parts.ts'

interface CheckoutRequest {
  readonly Querystring: { readonly product: number }
  readonly Body: { readonly customer: number; readonly quantity: number }
}

const integer = { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 }

const schema = {
  querystring: { type: 'object', required: ['product'], properties: { product: integer } },
  body: {
    type: 'object',
    required: ['customer', 'quantity'],
    properties: { customer: integer, quantity: { ...integer, maximum: 100 } },
  },
}

const INSERT_ORDER = {
  sql: `insert into headgate_demo.orders (customer_id, product_id, department, quantity, total_cents)
        select $1::int, id, department, $3::int, $3::int * price_cents
        from headgate_demo.products where id = $2::int
        returning id, total_cents as "totalCents"`,
  diskMs: 4,
}

// Last, so that the row of a product that everybody buys is locked for no longer than it must be.
const TAKE_STOCK = {
  sql: `update headgate_demo.products set stock = stock - $2 where id = $1`,
  diskMs: 4,
}

const CHECK_VIOLATION = '23514'

/** `POST /checkout?product=`: one transaction and a signed receipt. What the shop lives on. */
export function addCheckoutRoute(app: FastifyInstance, { database }: ShopParts): void {
  const { privateKey } = generateKeyPairSync('ed25519')
  const config = { headgate: { tier: 'critical' } } as const
  app.post<CheckoutRequest>('/checkout', { schema, config }, async ({ query, body }, reply) => {
    const { product } = query
    const { customer, quantity } = body
    try {
      const [orders = []] = await database.transaction([
        { statement: INSERT_ORDER, values: [customer, product, quantity] },
        { statement: TAKE_STOCK, values: [product, quantity] },
      ])
      const [order] = orders
      if (order === undefined) return reply.code(404).send({ error: 'no such product' })
      return reply.code(201).send({ ...order, receipt: signReceipt(order, privateKey) })
    } catch (error) {
      if (!isOutOfStock(error)) throw error
      return reply.code(409).send({ error: 'not that many in stock' })
    }
  })
}

function signReceipt(order: object, key: KeyObject): string {
  return sign(null, Buffer.from(JSON.stringify(order)), key).toString('base64url')
}

function isOutOfStock(error: unknown): boolean {
  return (error as DatabaseError).code === CHECK_VIOLATION
}
