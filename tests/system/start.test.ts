import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRegister } from '#shared/plan/read.ts'
import { roles, type SessionAnswer } from '#shared/protocol/api.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { rawClient } from '../support/rawClient.ts'
import { addMember, admin, cleanEnvironment, listPlans, planIdOf, signIn, startServer, temporaryFolder, type AddedMember, type RunningServer } from '../support/server.ts'
import { projectRoot } from '../support/sourceFiles.ts'
import { until } from '../support/until.ts'

let server: RunningServer
beforeAll(async () => { server = await startServer() }, 30_000)
afterAll(() => server.kill())

test('O5 npm start on an empty folder makes both plans and prints a sign-in link for every demo member', async () => {
  const dataDir = temporaryFolder()
  const npm = spawn('npm', ['start'], { cwd: projectRoot, env: { ...cleanEnvironment(), DATA_DIR: dataDir, PORT: '0' }, detached: true })
  const gone = once(npm, 'exit')
  let printed = ''
  npm.stdout.on('data', (bytes: Buffer) => { printed += bytes.toString() })
  npm.stderr.on('data', (bytes: Buffer) => { printed += bytes.toString() })
  try {
    const linkPattern = /https?:\/\/\S+\/logg-inn\/\S+/g
    await until(() => {
      if (npm.exitCode !== null)
        throw new Error(`npm start ended with ${npm.exitCode}:\n${printed}`)
      return (printed.match(linkPattern) ?? []).length >= roles.length
    }, { what: 'links are printed', withinMs: 60_000 })
    const [link] = printed.match(linkPattern) ?? []
    const plans = await listPlans({ dataDir })
    expect(plans.map(({ planId }) => planId.replace(/-[0-9a-f]{32}$/, '-…')).sort()).toEqual(['oslo-og-viken-…', 'rogaland-…'])
    expect((await fetch(link ?? '', { redirect: 'manual' })).status).toBe(303)
  }
  finally {
    if (npm.exitCode === null && npm.pid)
      process.kill(-npm.pid, 'SIGTERM')
    await gone
  }
}, 90_000)

test('O5 a sign-in link sets a cookie that scripts cannot read, and can be used again until its sessions are revoked', async () => {
  const { memberId, signInUrl } = await addMember(server, await planIdOf(server), { name: 'Gro Fjell' })
  const answer = await fetch(signInUrl, { redirect: 'manual' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/')
  expect(answer.headers.getSetCookie().join()).toMatch(/^[^;]+=[^;]{20,};.*HttpOnly/i)
  expect(answer.headers.getSetCookie().join()).toMatch(/SameSite=Lax/i)

  const cookie = await signIn(server, signInUrl)
  const session = await fetch(`${server.origin}/api/session`, { headers: { cookie } })
  expect(await session.json() as SessionAnswer).toMatchObject({ member: { memberId, name: 'Gro Fjell' } })

  await admin(server, 'session', 'revoke', '--member', memberId)
  expect((await fetch(`${server.origin}/api/session`, { headers: { cookie } })).status).toBe(401)
  expect((await fetch(signInUrl, { redirect: 'manual' })).headers.getSetCookie()).toEqual([])
})

test('O5 the admin program speaks to the running server, and its JSON stands alone on stdout through npm', async () => {
  const npm = (...args: string[]) => promisify(execFile)('npm', ['run', '-s', 'admin', '--', ...args, '--json'], {
    cwd: projectRoot, env: { ...cleanEnvironment(), DATA_DIR: server.dataDir },
  })
  const { stdout } = await npm('plan', 'create', '--title', 'Plan for prøven', '--region', 'rogaland')
  const { planId } = JSON.parse(stdout) as { planId: string }
  expect(await listPlans(server)).toContainEqual(expect.objectContaining({ planId, title: 'Plan for prøven' }))

  const members: AddedMember[] = []
  for (const role of roles)
    members.push(await addMember(server, planId, { name: `Medlem som er ${role}`, role }))
  const list = () => admin<{ memberId: string, name: string, organisation: string, role: string }[]>(server, 'member', 'list', '--plan', planId)
  expect((await list()).map(({ role }) => role).sort()).toEqual([...roles].sort())

  const [reader, commenter] = members
  await admin(server, 'member', 'role', '--plan', planId, '--member', reader?.memberId ?? '', '--role', 'editor')
  expect((await list()).find(({ memberId }) => memberId === reader?.memberId)?.role).toBe('editor')

  const client = rawClient({ planId, cookie: await signIn(server, commenter?.signInUrl ?? '') })
  await client.connect(server.origin)
  await admin(server, 'member', 'remove', '--plan', planId, '--member', commenter?.memberId ?? '')
  await until(() => client.closed(), { what: 'the removed member is cut', withinMs: 1_000 })
  expect([closeCode.refused, closeCode.notFound]).toContain(client.closed()?.code)
  expect((await list()).map(({ memberId }) => memberId)).not.toContain(commenter?.memberId)
}, 60_000)

test('O16 twenty who open a new plan at once find its first content there, exactly once', async () => {
  const { planId } = await admin<{ planId: string }>(server, 'plan', 'create', '--title', 'Ny', '--region', 'rogaland')
  const { signInUrl } = await addMember(server, planId, { name: 'Kari Nes' })
  const cookie = await signIn(server, signInUrl)
  const clients = Array.from({ length: 20 }, () => rawClient({ planId, cookie }))
  await Promise.all(clients.map(client => client.connect(server.origin)))
  const counts = clients.map(({ plan: { doc } }) => (['sections', 'goals', 'activities'] as const).map(name => readRegister(doc, name).length))
  expect(counts[0]?.[0]).toBeGreaterThan(0)
  expect(new Set(counts.map(String)).size).toBe(1)
  await Promise.all(clients.map(client => client.disconnect()))
})

test('O5 SIGTERM ends the server in order within five seconds, also with people in', async () => {
  const own = await startServer()
  const planId = await planIdOf(own)
  const client = rawClient({ planId, cookie: await signIn(own, (await addMember(own, planId, { name: 'Liv' })).signInUrl) })
  await client.connect(own.origin)
  const since = Date.now()
  expect(await own.stop()).toBe(0)
  expect(Date.now() - since).toBeLessThan(5_000)
  await until(() => client.closed(), { what: 'the client is told' })
  expect(client.closed()?.code).toBe(closeCode.restarting)
}, 30_000)
