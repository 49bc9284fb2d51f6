import type { Database } from '../database/database.ts'

/** A product as the search knows it. */
export interface CatalogueItem {
  readonly id: number
  readonly name: string
  readonly department: string
  readonly priceCents: number
  /** Of its name and description, in lower case. */
  readonly words: readonly string[]
}

interface ProductRow {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly department: string
  readonly price_cents: number
}

const ALL_PRODUCTS = {
  sql: `select id, name, description, department, price_cents from headgate_demo.products order by id`,
  diskMs: 0,
}

/** All products, read once at the start. */
export async function loadCatalogue(database: Database): Promise<CatalogueItem[]> {
  const rows = await database.query<ProductRow>(ALL_PRODUCTS)
  return rows.map(({ id, name, description, department, price_cents }) => ({
    id,
    name,
    department,
    priceCents: price_cents,
    words: splitWords(`${name} ${description}`),
  }))
}

const FILL_WORDS = new Set(['for', 'the', 'with'])

/** The words of a text that tell something, in lower case. */
export function splitWords(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return words.filter((word) => !FILL_WORDS.has(word))
}
