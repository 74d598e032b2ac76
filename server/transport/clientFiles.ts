import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** The built client, read once. A path is looked up among what was found, so that none leads outside the folder. */
export interface ClientFiles {
  /** Null for what is neither a file nor, for a reader of pages, a route of the client's. */
  answer(request: FileRequest): Promise<Response | null>
}
export interface FileRequest {
  readonly path: string
  readonly acceptsHtml: boolean
  readonly acceptEncoding: string
  readonly ifNoneMatch: string | undefined
}

interface File {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
  readonly isImmutable: boolean
  readonly packed: Map<Packing, Promise<Uint8Array<ArrayBuffer>>>
}
type Packing = 'br' | 'gzip'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
}
/** Compressed already. */
const dense = new Set(['.png', '.jpg', '.webp', '.woff2', '.woff'])
const worthPackingBytes = 1_024

const toBrotli = promisify<Uint8Array, object, Uint8Array<ArrayBuffer>>(brotliCompress)
const toGzip = promisify<Uint8Array, object, Uint8Array<ArrayBuffer>>(gzip)

/** Vite puts what has its content's hash in its name here. */
const hashedFolder = '/assets/'

/** An empty answer to everything when `folder` is not there: the client is not built. */
export function readClientFiles(folder: string): ClientFiles {
  const files = new Map(listFiles(folder).map(path => [`/${relative(folder, path).split(sep).join('/')}`, readFile(folder, path)]))

  return {
    async answer({ path, acceptsHtml, acceptEncoding, ifNoneMatch }) {
      const isPage = acceptsHtml && !path.startsWith(hashedFolder) && extname(path) === ''
      const file = files.get(path) ?? (isPage ? files.get('/index.html') : undefined)
      if (!file)
        return null
      const headers: Record<string, string> = {
        'content-type': file.type,
        'etag': file.etag,
        'vary': 'accept-encoding',
        'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      }
      if (ifNoneMatch?.split(',').some(tag => tag.trim() === file.etag))
        return new Response(null, { status: 304, headers })
      const packing = choosePacking(file, acceptEncoding)
      if (!packing)
        return new Response(file.bytes, { headers })
      return new Response(await packedOnce(file, packing), { headers: { ...headers, 'content-encoding': packing } })
    },
  }
}

function listFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    // What begins with a dot is the build's own.
    .filter(path => !relative(folder, path).split(sep).some(part => part.startsWith('.')))
}

function readFile(folder: string, path: string): File {
  const bytes = new Uint8Array(readFileSync(path))
  return {
    bytes,
    type: types[extname(path)] ?? 'application/octet-stream',
    // Weak, since the packed bytes carry it too.
    etag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    isImmutable: `/${relative(folder, path).split(sep).join('/')}`.startsWith(hashedFolder),
    packed: new Map(),
    ...(dense.has(extname(path)) || bytes.byteLength < worthPackingBytes ? { packed: unpackable } : {}),
  }
}
const unpackable: File['packed'] = new Map()

function choosePacking(file: File, acceptEncoding: string): Packing | null {
  if (file.packed === unpackable)
    return null
  const accepted = acceptEncoding.split(',').map(part => part.trim().toLowerCase()).filter(part => !/;\s*q=0(\.0*)?$/.test(part))
    .map(part => part.split(';')[0])
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : null
}

function packedOnce(file: File, packing: Packing): Promise<Uint8Array<ArrayBuffer>> {
  const known = file.packed.get(packing)
  if (known)
    return known
  const packed = packing === 'br'
    ? toBrotli(file.bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
    : toGzip(file.bytes, { level: 9 })
  file.packed.set(packing, packed)
  return packed
}
