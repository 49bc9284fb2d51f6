import type { Database } from '../database/database.ts'
import type { CatalogueItem } from './catalogue.ts'

/** What the routes work with. */
export interface ShopParts {
  readonly database: Database
  readonly catalogue: readonly CatalogueItem[]
}
