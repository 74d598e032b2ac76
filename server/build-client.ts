import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Builds the client when it is missing or older than what it is made of. Runs before `npm start`. */
const root = fileURLToPath(new URL('..', import.meta.url))
const sources = ['client', 'shared', 'vite.config.ts', 'package-lock.json']

const builtAt = changedAt(join(root, 'dist/index.html'))
const sourcesAt = Math.max(...sources.flatMap(name => filesOf(join(root, name)).map(changedAt)))
if (builtAt < sourcesAt) {
  process.stdout.write('Bygger nettsidene …\n')
  const { build } = await import('vite')
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory())
    return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.name.endsWith('.md'))
    .map(entry => join(entry.parentPath, entry.name))
}

/** 0 for what is not there. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
