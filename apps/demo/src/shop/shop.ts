import { headgate } from '@headgate/fastify'
import { type FastifyInstance, fastify, LogController } from 'fastify'
import type { Database } from '../database/database.ts'
import { addBestsellerRoute } from './bestseller-route.ts'
import { loadCatalogue } from './catalogue.ts'
import { addCheckoutRoute } from './checkout-route.ts'
import { addMetricsRoute } from './metrics-route.ts'
import { addProductRoute } from './product-route.ts'
import { addRecommendationRoute } from './recommendation-route.ts'
import { addReportRoute } from './report-route.ts'
import { addSearchRoute } from './search-route.ts'
import type { ShopParts } from './shop-parts.ts'

export interface ShopOptions {
  readonly database: Database
  readonly withHeadgate: boolean
  /** Logs what happens to the service, never one line for each request. Default false. */
  readonly logger?: boolean | undefined
}

/** The service. All that Headgate asks of it is one line, and the tiers in the routes' config. */
export async function buildShop(options: ShopOptions): Promise<FastifyInstance> {
  const { database, withHeadgate, logger = false } = options
  const catalogue = await loadCatalogue(database)
  const parts: ShopParts = { database, catalogue, shares: withHeadgate }
  const app = fastify({ logger, logController: new LogController({ disableRequestLogging: true }) })
  if (withHeadgate) await app.register(headgate)

  if (withHeadgate) addMetricsRoute(app)
  app.get('/livez', async () => ({ status: 'ok' }))
  addSearchRoute(app, parts)
  addProductRoute(app, parts)
  addCheckoutRoute(app, parts)
  addRecommendationRoute(app, parts)
  addReportRoute(app, parts)
  addBestsellerRoute(app, parts)
  app.addHook('onClose', () => database.close())
  return app
}
