import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Role } from '#shared/protocol/api.ts'
import type { AdminCommandName } from '../../server/access/rules.ts'
import { askServer } from '../../server/admin/socketFile.ts'
import { projectRoot } from './sourceFiles.ts'
import { until } from './until.ts'

/** A server process of its own, started as `npm start` starts it, on loopback. */
export interface RunningServer {
  /** `http://127.0.0.1:<port>`, as it says itself. */
  readonly origin: string
  readonly pid: number
  readonly dataDir: string
  /** Everything it has printed. */
  output(): string
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
}

/** A folder that is removed when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plantavle-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** `wrap`: a command that runs the one after it in its own place. */
export async function startServer({ dataDir = temporaryFolder(), port = 0, env = {}, wrap = [] }: {
  dataDir?: string, port?: number, env?: Record<string, string>, wrap?: readonly string[]
} = {}): Promise<RunningServer> {
  const [command = '', ...args] = [...wrap, process.execPath, 'server/main.ts']
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: { ...cleanEnvironment(), DATA_DIR: dataDir, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (bytes: Buffer) => { printed += bytes.toString() })
  child.stderr.on('data', (bytes: Buffer) => { printed += bytes.toString() })
  const gone = new Promise<number | null>(resolve => child.once('exit', resolve))
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  void gone.then(() => process.off('exit', killAtExit))

  const origin = await until(() => {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode}:\n${printed}`)
    return /https?:\/\/[\w.[\]:-]+:\d+(?=[\s/])/.exec(printed)?.[0]
  }, { what: 'the server prints its address', withinMs: 60_000 }).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw new Error(`${String(error)}\n${printed}`)
  })
  const end = (signal: 'SIGKILL' | 'SIGTERM') => endOf(child, gone, signal)
  return {
    origin, pid: child.pid ?? 0, dataDir, output: () => printed,
    kill: async () => { await end('SIGKILL') },
    stop: () => end('SIGTERM'),
  }
}

async function endOf(child: ChildProcess, gone: Promise<number | null>, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null)
    child.kill(signal)
  return await gone
}

/** Runs one command of the admin program against a data folder and reads its answer. */
export async function admin<Answer>({ dataDir }: { dataDir: string }, ...args: string[]): Promise<Answer> {
  const { stdout } = await promisify(execFile)(process.execPath, ['server/admin.ts', ...args, '--json'], {
    cwd: projectRoot, env: { ...cleanEnvironment(), DATA_DIR: dataDir },
  })
  return JSON.parse(stdout) as Answer
}

/** The same of the running server's own socket, without a process for it; the program where none answers. */
async function ask<Answer>(server: { dataDir: string }, command: AdminCommandName, options: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const answer = await askServer(server.dataDir, { command, options })
  if (!answer)
    return admin<Answer>(server, ...command.split(' '), ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]))
  if (!answer.ok)
    throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.value as Answer
}

export interface AddedMember { readonly memberId: string, readonly signInUrl: string }

export const listPlans = (server: { dataDir: string }) =>
  ask<{ planId: string, title: string, region: string }[]>(server, 'plan list')

/** The id of the reference plan whose id begins so. */
export async function planIdOf(server: { dataDir: string }, region: 'rogaland' | 'oslo-og-viken' = 'rogaland'): Promise<string> {
  const plan = (await listPlans(server)).find(({ planId }) => planId.startsWith(`${region}-`))
  if (!plan)
    throw new Error(`no plan of ${region}`)
  return plan.planId
}

export const addMember = (server: { dataDir: string }, planId: string, { name, organisation = 'SF', role = 'editor' }: {
  name: string, organisation?: string, role?: Role
}) => ask<AddedMember>(server, 'member add', { plan: planId, name, organisation, role })

/** Opens a sign-in link at a server that may have got another port since, and gives the session cookie. */
export async function signIn({ origin }: { origin: string }, signInUrl: string): Promise<string> {
  const answer = await fetch(new URL(new URL(signInUrl).pathname, origin), { redirect: 'manual' })
  const cookie = answer.headers.getSetCookie().map(header => header.split(';')[0] ?? '').find(Boolean)
  if (!cookie)
    throw new Error(`no session from the link: ${answer.status}`)
  return cookie
}

/** Our own environment without what would make a child behave as a test, or speak to another server. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { VITEST: _vitest, NODE_ENV: _nodeEnv, PORT: _port, HOST: _host, DATA_DIR: _dataDir, PUBLIC_ORIGIN: _publicOrigin, ...rest } = process.env
  return rest
}
