import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { turn } from '../../support/until.ts'
import { percentile } from '../figures.ts'

const ticksPerSecond = 100

/** How much processor time a process has used, in all its threads, its own and the kernel's for it, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, which may hold anything, ends with the last parenthesis; user and system time are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** The memory a process has, in KiB. */
export function memoryKib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
}

/** Waits until a process has hardly worked for a second: what it had put off is done. */
export async function untilIdle(pid: number, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs
  let quiet = 0
  for (let before = cpuSeconds(pid); quiet < 4 && Date.now() < deadline;) {
    await turn(250)
    const now = cpuSeconds(pid)
    quiet = now - before <= 0.02 ? quiet + 1 : 0
    before = now
  }
}

/**
 * How long a lone write of 4 KiB takes to be on disk (ms), fifty a second: the floor of whoever tells nobody before it is. What the
 * disk stalls, ours stalls.
 */
export async function diskInWords(folder: string, seconds: number): Promise<string> {
  const file = await open(join(folder, 'synced'), 'w')
  const took: number[] = []
  const page = Buffer.alloc(4_096, 1)
  for (const until = performance.now() + seconds * 1_000; performance.now() < until;) {
    const since = performance.now()
    await file.write(page)
    await file.datasync()
    took.push(performance.now() - since)
    await turn(20)
  }
  await file.close()
  return `the disk alone, ${took.length} synced writes: p50 ${percentile(took, 50)} · p99 ${percentile(took, 99)} · longest ${percentile(took, 100)} ms`
}

/** Whether the far end of a connection, a server's on this machine, still has it open. */
export function isOpenAtServer({ serverPort, clientPort }: { serverPort: number, clientPort: number }): boolean {
  const established = '01'
  return ['/proc/net/tcp', '/proc/net/tcp6'].some(file => readFileSync(file, 'utf8').split('\n').some((line) => {
    const [, local = '', remote = '', state] = line.trim().split(/\s+/)
    return portOf(local) === serverPort && portOf(remote) === clientPort && state === established
  }))
}

const portOf = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16)

export const machineInWords = () =>
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? '?'}), Node ${process.version}, ${process.platform}`
