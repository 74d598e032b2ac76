import { spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const folder = join(import.meta.dirname, 'peers')

/** Installs the servers that ours is measured beside, when they are not there as their lock file has them. */
export async function installPeers(): Promise<void> {
  if (isInstalled())
    return
  console.log('installing the servers to measure beside, which may compile for some minutes …')
  const node = realpathSync(process.execPath)
  const home = dirname(dirname(node))
  // What is compiled is for the Node that runs it, by its own headers where they lie beside it.
  const headers = existsSync(join(home, 'include/node/node_version.h')) ? { npm_config_nodedir: home } : {}
  const env = { ...process.env, ...headers, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` }
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve))
  if (code !== 0 || !isInstalled())
    throw new Error(`the servers to measure beside could not be installed (npm ended with ${code})`)
}

/** npm writes what it has installed in the end, in the shape of the lock file. */
function isInstalled(): boolean {
  const installed = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(installed))
    return false
  const versions = (file: string) => {
    const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { version?: string }> }
    return Object.entries(packages).filter(([path]) => path !== '').map(([path, { version }]) => `${path} ${version ?? ''}`).sort().join('\n')
  }
  return versions(installed) === versions(join(folder, 'package-lock.json'))
}
