import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder, type RunningServer } from './server.ts'

/** A data folder on a disk that can be filled, and emptied again, while a server runs on it. */
export interface SmallDisk {
  /** As the server knows it. */
  readonly dataDir: string
  /** Put before the command of the server. Its own process stays the child that is started. */
  readonly wrap: readonly string[]
  /** As everybody else reaches it while the server runs. */
  folderOf(server: RunningServer): string
  /** From here on nothing more can be written. */
  fill(server: RunningServer): void
  free(server: RunningServer): void
}

const megabytes = 48
const filling = Buffer.alloc(64 * 1024)

/**
 * A file system of its own in memory where this process may mount one in a namespace; else the system's limit on how large a file of the
 * server's may get, which fails writes as a broken disk does.
 */
export function openSmallDisk(): SmallDisk {
  const dataDir = temporaryFolder()
  return mayMount() ? onOwnFileSystem(dataDir) : underLimit(dataDir)
}

const mayMount = () => spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

function onOwnFileSystem(dataDir: string): SmallDisk {
  const folderOf = ({ pid }: RunningServer) => `/proc/${pid}/root${dataDir}`
  const fillerOf = (server: RunningServer) => join(folderOf(server), 'filler')
  return {
    dataDir,
    wrap: ['unshare', '-rm', 'sh', '-c', `mount -t tmpfs -o size=${megabytes}m tmpfs '${dataDir}' && exec "$@"`, 'sh'],
    folderOf,
    fill(server) {
      const filler = openSync(fillerOf(server), 'w')
      try {
        for (;;)
          writeSync(filler, filling)
      }
      catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC'))
          throw error
      }
      finally {
        closeSync(filler)
      }
    },
    free: server => rmSync(fillerOf(server)),
  }
}

function underLimit(dataDir: string): SmallDisk {
  const limit = ({ pid }: RunningServer, bytes: string) => void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`])
  return { dataDir, wrap: [], folderOf: () => dataDir, fill: server => limit(server, '1'), free: server => limit(server, 'unlimited') }
}
