import type { Server } from 'node:http'
import type { Http2SecureServer, Http2Server } from 'node:http2'

/** Listens on a free port of this machine; what it returns ends that. */
export async function listenHere(
  server: Server | Http2Server | Http2SecureServer,
): Promise<() => Promise<void>> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return async () => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
}
