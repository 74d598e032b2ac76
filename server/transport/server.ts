import { getRequestListener } from '@hono/node-server'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openCookies } from '../access/cookie.ts'
import { defaultBounds, type Bounds } from './bounds.ts'
import { openHttp, type HttpParts } from './http.ts'
import { toOrigins, type Origins } from './origins.ts'
import { openSockets, type SocketParts } from './sockets.ts'
import type { Traffic } from './traffic.ts'

export interface ServerParts extends Omit<HttpParts, 'origins' | 'cookies'>, Omit<SocketParts, 'origins' | 'cookies' | 'storage' | 'bounds'> {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** As people reach the server; null for localhost. */
  readonly publicOrigin: string | null
  /** The usual ones where nothing else is said. */
  readonly bounds?: Partial<Bounds>
}

export interface RunningServer {
  readonly origins: Origins
  readonly port: number
  /** Bytes of all websockets so far. */
  traffic(): Traffic
  /** Stops accepting and sends everybody away with «restarting». May be called twice. */
  close(): Promise<void>
}

/** Listens for HTTP and websockets. Rejects as `listen` does, with `EADDRINUSE` where the port is taken. */
export async function openServer({ host, port, publicOrigin, bounds: given = {}, ...parts }: ServerParts): Promise<RunningServer> {
  const bounds = { ...defaultBounds, ...given }
  let origins = toOrigins(publicOrigin, port, host)
  let cookies = openCookies(origins)
  const common = { origins: () => origins, cookies: () => cookies }
  const app = openHttp({ ...parts, ...common })
  const sockets = openSockets({ ...parts, ...common, bounds })
  const answer = getRequestListener(app.fetch)
  const server = createServer({
    headersTimeout: bounds.headersTimeoutMs,
    requestTimeout: bounds.requestTimeoutMs,
    // Node looks every 30 s unless told.
    connectionsCheckingInterval: bounds.headersTimeoutMs / 10,
  }, (request, response) => {
    void answer(request, response)
  })
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request'
    if (socket.writable)
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy())
    else
      socket.destroy()
  })
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
  await listen(server, host, port)
  const address = server.address() as AddressInfo
  origins = toOrigins(publicOrigin, address.port, host)
  cookies = openCookies(origins)
  let closing: Promise<void> | null = null

  return {
    origins,
    port: address.port,
    traffic: sockets.traffic,
    close() {
      closing ??= (async () => {
        const closed = new Promise<void>(resolve => server.close(() => resolve()))
        server.closeIdleConnections()
        await sockets.close()
        server.closeAllConnections()
        await closed
      })()
      return closing
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
