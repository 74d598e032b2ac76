import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { until } from '../support/until.ts'

/**
 * A power cut, as far as a process can see one: what was written and not yet synced is lost, or kept, or torn, each by itself, and
 * so is the coming and going of files in a folder that was not synced. What reached the disk is known from the system calls of the
 * server, as strace tells them.
 */
export interface TracedFolder {
  /** Put before the command of a server that keeps its data in the folder. Its own process stays the child that is started. */
  readonly wrap: readonly string[]
  /** After the server has been killed: leaves the folder as a disk could have it. */
  cut(random: () => number): Promise<Cut>
}
/** How many writes had not been synced, and what became of them. */
export interface Cut { readonly lost: number, readonly kept: number, readonly torn: number }

/** Whether strace is there and may trace: containers can forbid it. */
export function mayTrace(): boolean {
  return spawnSync('strace', ['-D', '-e', 'trace=fsync', process.execPath, '-e', '0']).status === 0
}

const files = ['plantavle.db', 'plantavle.db-wal', 'plantavle.db-journal']
const traced = 'openat,pwrite64,ftruncate,fsync,fdatasync,unlink'
/** A disk writes so many bytes as one. */
const sectorBytes = 512

/** The folder's next server: its files as they lie now are taken to be on the disk. */
export function traceFolder(folder: string, traceFile: string): TracedFolder {
  const disk = openDisk(folder)
  rmSync(traceFile, { force: true })
  const paths = [folder, ...files.map(file => join(folder, file))].flatMap(path => ['-P', path])
  return {
    wrap: ['strace', '-D', '-f', '-y', '-xx', '-s', '65536', ...paths, '-e', `trace=${traced}`, '-o', traceFile],
    async cut(random) {
      const lines = await until(() => linesOnceEnded(traceFile), { what: 'the trace ends' })
      lines.forEach(joinedCalls(call => disk.take(call)))
      return disk.leave(random)
    },
  }
}

/** The whole trace when every thread of the server has ended in it; null before. */
function linesOnceEnded(file: string): string[] | null {
  const lines = readFileSync(file, 'latin1').split('\n')
  const ended = new Set(lines.filter(line => /^\d+ +\+\+\+/.test(line)).map(pidOf))
  return ended.size > 0 && lines.every(line => line === '' || ended.has(pidOf(line))) ? lines : null
}
const pidOf = (line: string) => line.slice(0, line.indexOf(' '))

interface Call { readonly name: string, readonly args: string, readonly hasSucceeded: boolean }

/** One call may stand on two lines, with another thread's between. One that never ended has not succeeded. */
function joinedCalls(take: (call: Call) => void): (line: string) => void {
  const unfinished = new Map<string, { name: string, args: string }>()
  return (line) => {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. (\w+) resumed>.*= (-?\d+)/.exec(rest)
    const begun = resumed ? undefined : /^(\w+)\((.*) <unfinished \.\.\.>$/.exec(rest)
    const whole = resumed || begun ? undefined : /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(rest)
    if (whole)
      take({ name: whole[1] ?? '', args: whole[2] ?? '', hasSucceeded: Number(whole[3]) >= 0 })
    if (begun) {
      const call = { name: begun[1] ?? '', args: begun[2] ?? '' }
      unfinished.set(pid, call)
      // Its bytes may be on the way already.
      if (call.name === 'pwrite64' || call.name === 'ftruncate')
        take({ ...call, hasSucceeded: true })
    }
    const call = unfinished.get(pid)
    if (resumed && call) {
      unfinished.delete(pid)
      if (call.name !== 'pwrite64' && call.name !== 'ftruncate')
        take({ ...call, hasSucceeded: Number(resumed[2]) >= 0 })
    }
  }
}

type Change = { readonly at: number, readonly bytes: Buffer } | { readonly size: number }
interface DiskFile {
  /** As it is on the disk for sure. */
  content: Buffer
  isListed: boolean
  /** As the folder on the disk has it for sure. */
  isListedForSure: boolean
  unsynced: Change[]
}

/** The files of a folder as they are on the disk for sure, and what is only on its way there. */
function openDisk(folder: string) {
  const disk = new Map<string, DiskFile>()
  for (const file of files) {
    const content = readIfThere(join(folder, file))
    disk.set(file, { content: content ?? Buffer.alloc(0), isListed: content !== null, isListedForSure: content !== null, unsynced: [] })
  }

  return {
    take({ name, args, hasSucceeded }: Call): void {
      if (!hasSucceeded)
        return
      const path = unhex(/<([^>]*)>|"([^"]*)"/.exec(name === 'openat' ? args.slice(args.indexOf('"')) : args)?.slice(1).find(Boolean) ?? '')
      if (path === folder && (name === 'fsync' || name === 'fdatasync'))
        return disk.forEach((file) => { file.isListedForSure = file.isListed })
      const file = disk.get(basename(path))
      if (!file)
        return
      const numbers = args.slice(args.lastIndexOf('"') + 1).split(',').map(Number)
      if (name === 'openat' && args.includes('O_CREAT'))
        file.isListed = true
      if (name === 'unlink')
        Object.assign(file, { isListed: false })
      if (name === 'pwrite64')
        file.unsynced.push({ at: numbers.at(-1) ?? 0, bytes: Buffer.from((/"([^"]*)"/.exec(args)?.[1] ?? '').replaceAll('\\x', ''), 'hex') })
      if (name === 'ftruncate')
        file.unsynced.push({ size: Number(args.slice(args.lastIndexOf(',') + 1)) })
      if (name === 'fsync' || name === 'fdatasync') {
        file.content = file.unsynced.reduce(changed, file.content)
        file.unsynced = []
      }
    },
    leave(random: () => number): Cut {
      const counts = { lost: 0, kept: 0, torn: 0 }
      for (const [name, file] of disk) {
        const path = join(folder, name)
        const isThere = file.isListed === file.isListedForSure ? file.isListed : random() < 0.5
        rmSync(path, { force: true })
        const content = file.unsynced.reduce((before, change) => {
          const fate = random()
          if (fate < 0.4 || !('bytes' in change && fate > 0.7)) {
            counts[fate < 0.4 ? 'lost' : 'kept']++
            return fate < 0.4 ? before : changed(before, change)
          }
          counts.torn++
          return sectorsOf(change).filter(() => random() < 0.5).reduce(changed, before)
        }, file.content)
        if (isThere)
          writeFileSync(path, content)
      }
      // What the processes share of the log's index lies in memory.
      rmSync(join(folder, 'plantavle.db-shm'), { force: true })
      return counts
    },
  }
}

/** The buffer with the change in it: the same one where it is large enough. */
function changed(buffer: Buffer, change: Change): Buffer {
  if ('size' in change)
    return Buffer.concat([buffer.subarray(0, change.size), Buffer.alloc(Math.max(0, change.size - buffer.length))])
  const end = change.at + change.bytes.length
  const whole = end > buffer.length ? Buffer.concat([buffer, Buffer.alloc(end - buffer.length)]) : buffer
  change.bytes.copy(whole, change.at)
  return whole
}

function sectorsOf({ at, bytes }: { readonly at: number, readonly bytes: Buffer }): { at: number, bytes: Buffer }[] {
  const sectors = []
  for (let from = 0; from < bytes.length;) {
    const until = Math.min(bytes.length, from + sectorBytes - (at + from) % sectorBytes)
    sectors.push({ at: at + from, bytes: bytes.subarray(from, until) })
    from = until
  }
  return sectors
}

const unhex = (text: string) => Buffer.from(text.replaceAll('\\x', ''), 'hex').toString()

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path)
  }
  catch {
    return null
  }
}
