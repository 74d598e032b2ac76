import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { projectRoot } from './sourceFiles.ts'

interface Chunk { readonly file: string, readonly src?: string, readonly isEntry?: boolean, readonly imports?: readonly string[] }

/** The scripts that are needed before `pages`, one within another, show anything: the entry's, the pages' own, and what they import at once. */
export function initialScripts(...pages: readonly string[]): { readonly file: string, readonly bytes: number }[] {
  const manifest = JSON.parse(readFileSync(join(projectRoot, 'dist/.vite/manifest.json'), 'utf8')) as Record<string, Chunk>
  const wanted = new Set<string>()
  const want = (key: string) => {
    if (wanted.has(key))
      return
    wanted.add(key)
    manifest[key]?.imports?.forEach(want)
  }
  for (const [key, chunk] of Object.entries(manifest)) {
    if (chunk.isEntry || pages.some(page => chunk.src?.endsWith(`/${page}.vue`)))
      want(key)
  }
  return [...wanted].map((key) => {
    const file = manifest[key]?.file ?? ''
    return { file, bytes: gzipSync(readFileSync(join(projectRoot, 'dist', file))).length }
  })
}
