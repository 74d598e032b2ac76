import { chmodSync, closeSync, openSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import type { AdminAnswer, AdminRequest } from './requests.ts'

/** A request is one line of JSON, and so is its answer. */
const maxLineChars = 1024 * 1024

export interface AdminSocket { close(): Promise<void> }
interface AdminSocketParts {
  readonly folder: string
  readonly answer: (request: unknown) => Promise<AdminAnswer>
  readonly report: (what: string, error: unknown) => void
}

/**
 * Lets commands on this machine reach the running server, through a socket in the data folder that only its owner may use.
 * The folder's lock must be held: a socket file that stands there is then one left by a server that is gone.
 */
export async function serveAdmin({ folder, answer, report }: AdminSocketParts): Promise<AdminSocket> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    readLine(socket).then(answerLine).then(result => socket.end(`${JSON.stringify(result)}\n`), () => socket.destroy())
  })
  async function answerLine(line: string): Promise<AdminAnswer> {
    try {
      return await answer(JSON.parse(line))
    }
    catch (error) {
      report('a command could not be carried out', error)
      return { ok: false, refusal: 'failed', what: '' }
    }
  }

  rmSync(fileOf(folder), { force: true })
  await withReachableAddress(folder, address => listen(server, address))
  if (process.platform !== 'win32')
    chmodSync(fileOf(folder), 0o600)
  return {
    close: () => new Promise((done) => {
      server.close(() => done())
      sockets.forEach(socket => socket.destroy())
    }),
  }
}

/** Asks the running server; null when there is none. */
export async function askServer(folder: string, request: AdminRequest): Promise<AdminAnswer | null> {
  const socket = await connect(folder)
  if (!socket)
    return null
  socket.on('error', () => socket.destroy())
  socket.write(`${JSON.stringify(request)}\n`)
  try {
    return JSON.parse(await readLine(socket)) as AdminAnswer
  }
  finally {
    socket.destroy()
  }
}

async function connect(folder: string): Promise<Socket | null> {
  try {
    return await withReachableAddress(folder, address => new Promise<Socket>((done, fail) => {
      const socket = createConnection(address, () => done(socket))
      socket.once('error', fail)
    }))
  }
  catch {
    return null
  }
}

const fileOf = (folder: string) => join(folder, 'admin.sock')
const longestAddress = 100

/**
 * Gives `use` an address for the socket. A socket's path has room for some hundred characters; in a folder with a longer
 * path it is reached through the open folder instead.
 */
async function withReachableAddress<T>(folder: string, use: (address: string) => Promise<T>): Promise<T> {
  if (process.platform === 'win32')
    return use(`\\\\.\\pipe\\plantavle-${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 32)}`)
  const file = resolve(fileOf(folder))
  if (Buffer.byteLength(file) <= longestAddress || process.platform !== 'linux')
    return use(file)
  const opened = openSync(folder, 'r')
  try {
    return await use(`/proc/self/fd/${opened}/admin.sock`)
  }
  finally {
    closeSync(opened)
  }
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(address, () => {
      server.off('error', fail)
      done()
    })
  })
}

function readLine(socket: Socket): Promise<string> {
  return new Promise((done, fail) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => {
      text += part
      const end = text.indexOf('\n')
      if (end >= 0)
        done(text.slice(0, end))
      else if (text.length > maxLineChars)
        fail(new Error('too long a line'))
    })
    socket.on('close', () => fail(new Error('closed before a whole line')))
  })
}
