import type { FastifyInstance } from 'fastify'
import { splitWords } from './catalogue.ts'
import { rankItems } from './rank-items.ts'
import type { ShopParts } from './shop-parts.ts'

interface SearchRequest {
  readonly Querystring: { readonly q: string }
}

const schema = {
  querystring: {
    type: 'object',
    required: ['q'],
    properties: { q: { type: 'string', minLength: 1, maxLength: 100 } },
  },
}

/** `GET /search?q=`: pure work of the CPU. */
export function addSearchRoute(app: FastifyInstance, { catalogue }: ShopParts): void {
  app.get<SearchRequest>('/search', { schema }, async ({ query }) => {
    const ranked = rankItems(catalogue, splitWords(query.q), 20)
    return ranked.map(({ item: { id, name, priceCents }, score }) => ({
      id,
      name,
      priceCents,
      score,
    }))
  })
}
