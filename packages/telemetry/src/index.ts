export {
  CATALOG,
  DURATION_BOUNDS,
  type Metric,
  type MetricSource,
  type MetricType,
  otelName,
} from './catalog.ts'
