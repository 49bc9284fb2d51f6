/**
 * Time and memory of `AdaptiveLimit.onSample`, by how many samples come in a window.
 *
 *     node --expose-gc --max-semi-space-size=512 dist/bench/adaptive-sample.bench.js
 */
import { AdaptiveLimit } from '../src/limit/adaptive-limit.ts'

/** Enough for the compiler to settle, and few enough to fit into that young generation. */
const SAMPLES = 2e6
const WINDOW_NS = 100e6

const { gc } = globalThis
if (gc === undefined) throw new Error('run with --expose-gc')

for (const samplesPerWindow of [100, 1000, 10_000]) {
  const limit = new AdaptiveLimit({}, { utilization: () => 0.4 })
  const sample = { startNs: 0.5, latencyNs: 5e6, inFlight: 10, overloaded: false }
  const run = (): void => {
    for (let count = 0; count < SAMPLES; count += 1) {
      sample.startNs += WINDOW_NS / samplesPerWindow
      limit.onSample(sample)
    }
  }
  run()
  run()
  gc()
  const heapUsed = process.memoryUsage().heapUsed
  const startNs = process.hrtime.bigint()
  run()
  const nsPerSample = Number(process.hrtime.bigint() - startNs) / SAMPLES
  const bytesPerSample = (process.memoryUsage().heapUsed - heapUsed) / SAMPLES
  process.stdout.write(
    `${samplesPerWindow} samples a window: ${nsPerSample.toFixed(0)} ns, ${bytesPerSample.toFixed(2)} bytes\n`,
  )
}
