import type { Socket } from 'node:net'

/** Bytes as the sockets count them themselves. */
export interface Traffic { readonly received: number, readonly sent: number }

export function openTraffic(): { add(socket: Socket): void, sum(): Traffic } {
  const open = new Set<Socket>()
  let [received, sent] = [0, 0]

  return {
    add(socket) {
      open.add(socket)
      socket.once('close', () => {
        open.delete(socket)
        received += socket.bytesRead
        sent += socket.bytesWritten
      })
    },
    sum: () => ({
      received: [...open].reduce((total, { bytesRead }) => total + bytesRead, received),
      sent: [...open].reduce((total, { bytesWritten }) => total + bytesWritten, sent),
    }),
  }
}
