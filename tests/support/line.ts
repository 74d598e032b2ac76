import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line between a browser and a server that the test can harm: a TCP proxy on loopback. */
export interface Line {
  /** The address the browser uses instead of the server's own. */
  readonly origin: string
  /** Where new connections lead: a port on loopback. */
  leadTo(port: number): void
  /** Websockets to `/sync` are hung up on, now and later; the page itself still loads. */
  blockSync(): void
  /** Nothing passes on the connections of this moment any more, in either direction, and nobody is told. New ones work. */
  goSilent(): void
  /** Whatever passes from here on takes so much longer, each way, and keeps its order. 0 is a quick line again. */
  delay(ms: number): void
  /** New connections work again; silent ones stay silent. */
  mend(): void
  close(): Promise<void>
}

export async function openLine(): Promise<Line> {
  let target: number | null = null
  let isSyncBlocked = false
  let delayMs = 0
  const pairs = new Set<{ near: Socket, far: Socket, isSync: boolean, isSilent: boolean }>()

  const server = createServer((near) => {
    near.on('error', () => near.destroy())
    near.once('data', (first: Buffer) => {
      const isSync = first.toString('latin1', 0, 10).startsWith('GET /sync/')
      if (target === null || (isSync && isSyncBlocked))
        return near.destroy()
      const far = connect(target, '127.0.0.1')
      const pair = { near, far, isSync, isSilent: false }
      pairs.add(pair)
      far.write(first)
      near.on('data', inOrder(bytes => pair.isSilent || far.write(bytes), () => delayMs))
      far.on('data', inOrder(bytes => pair.isSilent || near.write(bytes), () => delayMs))
      far.on('error', () => far.destroy())
      near.on('close', () => { far.destroy(); pairs.delete(pair) })
      far.on('close', () => pair.isSilent || near.destroy())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    origin: `http://127.0.0.1:${port}`,
    leadTo(to) {
      target = to
    },
    blockSync() {
      isSyncBlocked = true
      for (const { near, isSync } of pairs) {
        if (isSync)
          near.destroy()
      }
    },
    goSilent() {
      for (const pair of pairs)
        pair.isSilent = true
    },
    delay(ms) {
      delayMs = ms
    },
    mend() {
      isSyncBlocked = false
    },
    async close() {
      for (const { near } of pairs)
        near.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Passes bytes on, each lot so much later, and none before those that came before it. */
function inOrder(pass: (bytes: Buffer) => void, delayMs: () => number): (bytes: Buffer) => void {
  let last = Promise.resolve()
  let waiting = 0
  return (bytes) => {
    const ms = delayMs()
    if (ms === 0 && waiting === 0)
      return pass(bytes)
    waiting++
    const due = new Promise<void>(resolve => setTimeout(resolve, ms))
    last = last.then(() => due).then(() => {
      waiting--
      pass(bytes)
    })
  }
}

/** A port on loopback that nobody listens to at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
