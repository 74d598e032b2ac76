import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { openFraming } from '../../server/transport/framing.ts'

test('T26 a message of any length arrives whole and in order at each whom it is sent to', async () => {
  const messages = [0, 1, 125, 126, 127, 255, 256, 8_192, 8_193, 65_535, 65_536, 300_000].map(length =>
    Uint8Array.from({ length }, (_, n) => (n * 7 + length) % 256))
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const send = openFraming()
  server.on('upgrade', (request, stream, head) => sockets.handleUpgrade(request, stream, head, webSocket =>
    messages.forEach(message => send({ webSocket, stream }, message))))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const heard = await Promise.all([1, 2].map(() => new Promise<Buffer[]>((resolve, reject) => {
    const got: Buffer[] = []
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    socket.on('error', reject)
    socket.on('message', (data: Buffer, isBinary) => {
      got.push(isBinary ? data : Buffer.from('text'))
      if (got.length === messages.length) {
        socket.terminate()
        resolve(got)
      }
    })
  })))
  for (const got of heard)
    expect(got.map((data, n) => Buffer.compare(data, messages[n] ?? Buffer.alloc(0)))).toEqual(messages.map(() => 0))
  server.closeAllConnections()
  server.close()
})
