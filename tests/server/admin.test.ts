import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askServer } from '../../server/admin/socketFile.ts'
import { sayAnswer } from '../../server/admin/texts.ts'
import { openSqlite } from '../../server/storage/sqlite.ts'
import { columns, serverTexts } from '../../server/texts/sentences.ts'
import { until } from '../support/until.ts'
import { smallContent } from './support/plans.ts'
import { planId, testServer, type TestServer } from './support/testServer.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The command as the operator runs it, in a process of its own. */
function run(folder: string, ...args: string[]): Promise<{ code: number, out: string, err: string }> {
  const { PUBLIC_ORIGIN: _origin, PORT: _port, ...env } = process.env
  return new Promise((resolve) => {
    execFile(process.execPath, ['server/admin.ts', ...args], { cwd: root, env: { ...env, DATA_DIR: folder } }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}
async function runJson(folder: string, ...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await run(folder, ...args, '--json')
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as Record<string, unknown>
}

const folders: string[] = []
function newFolder(prefix = 'plantavle-admin-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  folders.push(folder)
  return folder
}
let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(async () => {
  await server.close()
  folders.forEach(folder => rmSync(folder, { recursive: true, force: true }))
})

describe.each(['beside a running server', 'with no server running'])('the commands %s', (where) => {
  const folderOf = () => where.startsWith('beside') ? server.folder : newFolder()

  test('O20 a plan is created, members come, change roles and go, and stdout is JSON alone', async () => {
    const folder = folderOf()
    const { planId: id } = await runJson(folder, 'plan', 'create', '--title', 'Ny plan', '--region', 'agder')
    expect(id).toMatch(/^agder-[0-9a-f]{32}$/)
    expect(await runJson(folder, 'plan', 'list')).toContainEqual({ planId: id, title: 'Ny plan', region: 'agder' })
    const plan = ['--plan', String(id)]
    const added = await runJson(folder, 'member', 'add', ...plan, '--name', 'Åse Li', '--organisation', 'KS', '--role', 'editor')
    expect(added.signInUrl).toMatch(/^http:\/\/localhost:\d+\/logg-inn\/[\w-]{43}$/)
    const member = ['--member', String(added.memberId)]
    await runJson(folder, 'member', 'role', ...plan, ...member, '--role', 'chair')
    expect(await runJson(folder, 'member', 'list', ...plan)).toEqual([{
      memberId: added.memberId, name: 'Åse Li', organisation: 'KS', role: 'chair', registers: null, until: null, email: null, seenAt: null,
    }])
    const { signInUrl } = await runJson(folder, 'member', 'link', ...member)
    expect(signInUrl).not.toBe(added.signInUrl)
    await runJson(folder, 'session', 'revoke', ...member)
    await runJson(folder, 'member', 'remove', ...plan, ...member)
    expect(await runJson(folder, 'member', 'list', ...plan)).toEqual([])
  })
})

test('O20 an organisation is given by its id or its short name, and shown by its short name', async () => {
  for (const given of ['ks-rogaland', 'KS', 'ks', 'KS Rogaland'])
    await server.admin('member add', { plan: planId, name: given, organisation: given, role: 'reader' })
  const members = await server.admin('member list', { plan: planId })
  expect(new Set(Object.values(members).map(member => Object(member).organisation))).toEqual(new Set(['KS']))
})

test('T100 a name of a person or an organisation has a hundred characters at most, and a title two hundred', async () => {
  const add = (name: string, organisation: string) => server.admin('member add', { plan: planId, name, organisation, role: 'reader' })
  await add('x'.repeat(100), 'y'.repeat(100))
  await expect(add('x'.repeat(101), 'KS')).rejects.toThrow('too-long')
  await expect(add('Kari', 'y'.repeat(101))).rejects.toThrow('too-long')
  await server.admin('plan create', { title: 'z'.repeat(200), region: 'agder' })
  await expect(server.admin('plan create', { title: 'z'.repeat(201), region: 'agder' })).rejects.toThrow('too-long')
})

test('O20 what cannot be done is said in a sentence: 1 for a refusal, 2 for a misuse', async () => {
  const refused = await run(server.folder, 'member', 'list', '--plan', 'nowhere', '--json')
  expect(refused).toEqual({ code: 1, out: '{"error":"no-such-plan"}\n', err: 'Det finnes ingen plan med id «nowhere».\n' })
  const answers = await Promise.all([
    run(server.folder, 'plan', 'create', '--title', 'x', '--region', 'atlantis'),
    run(server.folder, 'plan', 'create', '--title', ' ', '--region', 'agder'),
    run(server.folder, 'member', 'add', '--plan', planId, '--name', 'x', '--organisation', 'y', '--role', 'king'),
    run(server.folder, 'member', 'link', '--member', 'nobody'),
  ])
  expect(answers.map(({ code, out }) => [code, out])).toEqual(answers.map(() => [1, '']))
  const misuses = await Promise.all([
    run(server.folder), run(server.folder, 'plan', 'burn'), run(server.folder, 'member', 'list'),
    run(server.folder, 'plan', 'list', '--colour', 'red'), run(server.folder, 'plan', 'list', '--plan', 'x'),
  ])
  expect(misuses.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2])
  expect(misuses.every(({ err, out }) => err.length > 10 && out === '')).toBe(true)
})

test('O20 the socket in the data folder is its owner\'s alone, also in a folder with a long path', async () => {
  expect(statSync(join(server.folder, 'admin.sock')).mode & 0o777).toBe(0o600)
  const folder = newFolder(`plantavle-${'x'.repeat(120)}-`)
  const process = start(folder)
  await process.address()
  expect(await runJson(folder, 'plan', 'list')).toHaveLength(2)
  expect(await process.stop('SIGTERM')).toBe(0)
})

test('O23 what people have written cannot steer the operator\'s terminal, and is as it is in JSON', async () => {
  const title = 'Fin\u001b[2J\u0007\nfalsk\u2028\u202eplan'
  const [first] = [columns([['a', title], ['b', 'Plan for Ås']])]
  expect(first).toEqual(['a  Fin\uFFFD[2J\uFFFD\uFFFDfalsk\uFFFD\uFFFDplan', 'b  Plan for Ås'])
  expect(sayAnswer('plan list', { ok: true, value: [{ planId: 'p', title }] })).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u)
  expect(sayAnswer('member link', { ok: false, refusal: 'no-such-member', what: title })).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u)
  expect(serverTexts.demo({ isNew: true, plans: [{ title, members: [] }] })).not.toContain('\u001b')

  const folder = newFolder()
  const storage = await openSqlite({ folder })
  await storage.createPlan({ planId: 'p', regionId: 'agder', reformId: 'x', epoch: 'e', createdAt: 1, title, firstContent: smallContent })
  await storage.close()
  expect((await run(folder, 'plan', 'list')).out).not.toContain('\u001b')
  expect(await runJson(folder, 'plan', 'list')).toMatchObject([{ title }])
})

test.each(['name', 'organisation'] as const)('O23 a %s with characters that steer or hide is refused', async (option) => {
  const options = { plan: planId, name: 'Kari', organisation: 'KS', role: 'reader' }
  for (const odd of ['Ka\u001b[2Jri', 'Ka\nri', 'Ka\u202eri', 'Ka\u2028ri'])
    expect(await askServer(server.folder, { command: 'member add', options: { ...options, [option]: odd } })).toMatchObject({ ok: false, refusal: 'unprintable' })
})

describe('the process', () => {
  test('O21 an empty folder gets both plans and links that work; a second server is refused; SIGTERM ends in order', async () => {
    const folder = newFolder()
    const first = start(folder)
    const address = await first.address()
    const plans = await runJson(folder, 'plan', 'list')
    expect(Object.values(plans).map(plan => String(Object(plan).planId).replace(/[0-9a-f]{32}$/, ''))).toEqual(['rogaland-', 'oslo-og-viken-'])
    const links = first.printed().match(/http:\S+\/logg-inn\/\S+/g) ?? []
    expect(links).toHaveLength(9)
    for (const link of links)
      expect((await fetch(link, { redirect: 'manual' })).status).toBe(303)
    expect((await fetch(`${address}/healthz`)).status).toBe(200)

    const second = start(folder)
    expect(await second.ended()).toBe(1)
    expect(second.printed()).toContain('Datamappa er i bruk')
    expect(second.printed()).toContain(folder)
    expect(await first.stop('SIGTERM')).toBe(0)

    const again = start(folder)
    await again.address()
    expect(again.printed()).not.toContain('/logg-inn/')
    await again.stop('SIGKILL')
    const afterKill = start(folder)
    await afterKill.address()
    void afterKill.stop('SIGINT')
    expect(await afterKill.stop('SIGINT')).toBe(0)
  })

  test('O21 killed at any moment of its first start, the next one has both plans and prints links that work', async () => {
    for (const moment of ['the database is there', 'a plan is there', 'it has said something'] as const) {
      const folder = newFolder()
      const killed = start(folder)
      const file = join(folder, 'plantavle.db')
      await until(() => {
        if (moment === 'it has said something')
          return killed.printed() !== ''
        return existsSync(file) && (moment === 'the database is there' || countPlans(file) > 0)
      }, { what: moment })
      await killed.stop('SIGKILL')
      const next = start(folder)
      await next.address()
      expect(await runJson(folder, 'plan', 'list')).toHaveLength(2)
      const links = next.printed().match(/http:\S+\/logg-inn\/\S+/g) ?? []
      expect([moment, links.length]).toEqual([moment, 9])
      expect((await fetch(links[8] ?? '', { redirect: 'manual' })).status).toBe(303)
      await next.stop('SIGTERM')
    }
  })

  test('O21 a port that is taken, and an environment that cannot be, are said in a sentence', async () => {
    const taken = start(newFolder(), { PORT: String(server.server.port) })
    expect(await taken.ended()).toBe(1)
    expect(taken.printed()).toMatch(/^Porten er opptatt/)
    const insecure = start(newFolder(), { PUBLIC_ORIGIN: 'http://plan.example' })
    expect(await insecure.ended()).toBe(1)
    expect(insecure.printed()).toContain('PUBLIC_ORIGIN')
  })
})

/** How many plans another reader of the file sees; none while there is no table yet. */
function countPlans(file: string): number {
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(file, { readOnly: true })
    return Number(db.prepare('SELECT count(*) AS n FROM plans').get()?.n)
  }
  catch {
    return 0
  }
  finally {
    db?.close()
  }
}

function start(folder: string, more: Record<string, string> = {}) {
  const { PUBLIC_ORIGIN: _origin, ...env } = process.env
  const child = spawn(process.execPath, ['server/main.ts'], { cwd: root, env: { ...env, PORT: '0', DATA_DIR: folder, ...more } })
  let printed = ''
  child.stdout.on('data', (part: Buffer) => { printed += part.toString() })
  child.stderr.on('data', (part: Buffer) => { printed += part.toString() })
  const ended = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)))
  return {
    printed: () => printed,
    ended: () => ended,
    address: () => until(() => /kjører på (\S+)\n/.exec(printed)?.[1], { what: 'the server says where it is' }),
    stop(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT') {
      child.kill(signal)
      return ended
    },
  }
}
