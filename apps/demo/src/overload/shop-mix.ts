import type { LoadTarget } from '@headgate/loadgen'
import type { Tier } from '@headgate/node'
import { CUSTOMER_COUNT, PRODUCT_COUNT } from '../database/shop-schema.ts'

/** A kind of request that the shop's clients make. */
export interface MixEntry {
  readonly tier: Tier
  readonly target: LoadTarget
}

/** Who asks what; weights are percent. Most important first, as the table shows them. */
export const SHOP_MIX: readonly MixEntry[] = [
  {
    tier: 'critical',
    target: {
      name: 'checkout',
      weight: 10,
      method: 'POST',
      path: productPaths('/checkout?product='),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customer: CUSTOMER_COUNT, quantity: 1 }),
    },
  },
  { tier: 'important', target: { name: 'products', weight: 35, path: productPaths('/products/') } },
  { tier: 'important', target: { name: 'search', weight: 30, path: searchPaths() } },
  {
    tier: 'optional',
    target: { name: 'recommendations', weight: 15, path: productPaths('/recommendations/') },
  },
  { tier: 'opportunistic', target: { name: 'reports', weight: 10, path: '/reports/daily' } },
]

function productPaths(prefix: string): string[] {
  const count = 200
  return Array.from({ length: count }, (_, index) => {
    return `${prefix}${1 + Math.floor((index * PRODUCT_COUNT) / count)}`
  })
}

function searchPaths(): string[] {
  const materials = ['oak', 'steel', 'wool', 'copper', 'bambo', 'lether']
  const nouns = ['table', 'lantern', 'blanket', 'kettle', 'basket', 'mirror', 'cushin']
  return materials.flatMap((material) => nouns.map((noun) => `/search?q=${material}+${noun}`))
}
