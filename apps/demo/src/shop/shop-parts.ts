import type { Database } from '../database/database.ts'
import type { CatalogueItem } from './catalogue.ts'

/** What the routes work with. */
export interface ShopParts {
  readonly database: Database
  readonly catalogue: readonly CatalogueItem[]
  /** Whether equal requests may share an answer: with Headgate they may. */
  readonly shares: boolean
}
