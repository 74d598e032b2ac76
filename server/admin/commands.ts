import * as Y from 'yjs'
import { readRegister } from '#shared/plan/read.ts'
import { isOffice, offices, type MemberRefusal } from '#shared/protocol/access.ts'
import { isRole, roles } from '#shared/protocol/api.ts'
import { signInUrl, type Access } from '../access/access.ts'
import { toAddress } from '../access/addresses.ts'
import type { AdminCommandName, FolderCommandName } from '../access/rules.ts'
import type { Metrics } from '../operation/metrics.ts'
import { isFolderCommand } from './folderNames.ts'
import { planCommands, type PlanCommandParts } from './planCommands.ts'
import { redactCommands, type HoldPlan } from './redact.ts'
import { checkName, Refused } from './refused.ts'
import { adminOptions, isAdminCommand, type AdminAnswer, type AdminRequest, type Options } from './requests.ts'
import { openKeptOfPerson } from '../plans/keptOfPerson.ts'
import { openWiping } from './wiping.ts'

export interface AdminParts extends PlanCommandParts {
  readonly access: Access
  /** Begins the links. Known once the server listens. */
  readonly publicOrigin: () => Promise<string>
  /** Of the server that runs; absent where none does. */
  readonly metrics?: Pick<Metrics, 'text' | 'values'>
  /** The same: where none runs nobody is in any plan. */
  readonly hold?: HoldPlan
}

type ServedCommandName = Exclude<AdminCommandName, FolderCommandName>

/** Runs the operator's commands, in the running server or with none running: the same code on the same folder. */
export function openAdmin(
  { storage, access, clock, reforms, thread, publicOrigin, metrics, hold }: AdminParts,
): (request: unknown) => Promise<AdminAnswer> {
  const { members } = storage
  const wipe = openWiping({ storage, clock })

  const commands: { readonly [C in ServedCommandName]: (options: Options) => Promise<unknown> } = {
    ...planCommands({ storage, reforms, thread, clock }),
    ...redactCommands({ storage, thread, clock, ...hold && { hold } }),
    'member add': async ({ plan = '', name = '', organisation = '', role = '', email }) => {
      const planId = await findPlan(plan)
      const [person, right] = [checkName(name), checkRole(role)]
      const from = checkName(await organisationName(planId, checkName(organisation)))
      const { memberId, token } = await access.addMember(planId, { name: person, organisation: from, role: right, email: await checkEmail(email) })
      return { memberId, signInUrl: await toLink(token) }
    },
    'member list': async ({ plan = '' }) => await members.inPlan(await findPlan(plan)),
    'member role': async ({ plan = '', member = '', role = '' }) => {
      const { planId, memberId } = await findInPlan(plan, member)
      const right = checkRole(role)
      refuseWith(await access.putGrant(planId, memberId, { role: right, registers: null, until: null }, 'operator'), memberId)
      return { memberId, role: right }
    },
    'member remove': async ({ plan = '', member = '' }) => {
      const { planId, memberId } = await findInPlan(plan, member)
      refuseWith(await access.removeMember(planId, memberId, 'operator'), memberId)
      return { memberId }
    },
    'member link': async ({ member = '' }) => ({ signInUrl: await toLink(await access.newToken(await findMember(member))) }),
    'member export': async ({ member = '' }) => {
      const memberId = await findMember(member)
      await members.note({ at: clock.now(), event: 'exported', planId: null, by: 'operator', about: memberId })
      return await openKeptOfPerson({ storage, thread })(memberId)
    },
    'member address': async ({ member = '', email = '' }) => {
      const memberId = await findMember(member)
      await access.putAddress(memberId, await checkEmail(email) ?? '')
      return { memberId }
    },
    'member erase': async ({ member = '', sure = '' }) => {
      const memberId = await findMember(member)
      if (sure !== memberId)
        throw new Refused('not-sure', memberId)
      const erased = await access.erase(memberId)
      if (erased !== 'done')
        throw new Refused(erased === 'last-owner' ? 'last-owner' : 'no-such-member', memberId)
      return { memberId, isWiped: await wipe() }
    },
    'office give': async ({ member = '', office = '' }) => {
      const memberId = await findMember(member)
      await access.giveOffice(memberId, checkOffice(office))
      return { memberId, office }
    },
    'office take': async ({ member = '', office = '' }) => {
      const memberId = await findMember(member)
      if (!await access.takeOffice(memberId, checkOffice(office)))
        throw new Refused('no-such-office', office)
      return { memberId, office }
    },
    'access-log': async ({ plan = '' }) => await members.accessLog(await findPlan(plan), Number.MAX_SAFE_INTEGER, maxLogLines),
    'session revoke': async ({ member = '' }) => {
      const memberId = await findMember(member)
      await access.revoke(memberId)
      return { memberId }
    },
    'metrics': async () => {
      if (!metrics)
        throw new Refused('no-server', '')
      return { text: await metrics.text(), values: await metrics.values() }
    },
  }

  async function toLink(token: string): Promise<string> {
    return signInUrl(await publicOrigin(), token)
  }

  async function findPlan(planId: string): Promise<string> {
    if (!await storage.plan(planId))
      throw new Refused('no-such-plan', planId)
    return planId
  }

  async function findMember(memberId: string): Promise<string> {
    if (!await members.find(memberId))
      throw new Refused('no-such-member', memberId)
    return memberId
  }

  async function findInPlan(plan: string, member: string) {
    const planId = await findPlan(plan)
    const memberId = await findMember(member)
    if (!await members.grant(planId, memberId))
      throw new Refused('not-in-the-plan', memberId)
    return { planId, memberId }
  }

  /** An address nobody else has; null for none. */
  async function checkEmail(given: string | undefined): Promise<string | null> {
    const email = given === undefined ? null : toAddress(given)
    if (given !== undefined && email === null)
      throw new Refused('not-an-address', given)
    if (email !== null && await members.findByEmail(email))
      throw new Refused('address-taken', email)
    return email
  }

  /** The short name of one of the plan's organisations, given by id, short name, name or alias; else the words as they stand. */
  async function organisationName(planId: string, given: string): Promise<string> {
    const doc = new Y.Doc()
    const updates = await storage.log(planId).read()
    doc.transact(() => updates.forEach(update => Y.applyUpdate(doc, update)))
    const organisations = readRegister(doc, 'organisations')
    doc.destroy()
    const isSame = (name: string) => name.toLowerCase() === given.toLowerCase()
    const found = organisations.find(({ id }) => id === given)
      ?? organisations.find(({ short }) => isSame(short))
      ?? organisations.find(({ name, aliases }) => isSame(name) || aliases.some(({ id }) => isSame(id)))
    return found ? found.short || found.name : given
  }

  return async (request) => {
    try {
      const { command, options } = checkRequest(request)
      return { ok: true, value: await commands[command](options) }
    }
    catch (error) {
      if (error instanceof Refused)
        return { ok: false, refusal: error.refusal, what: error.what, ...(error.faults && { faults: error.faults }) }
      throw error
    }
  }
}

/** A request as it comes through the socket: nothing in it is believed. */
function checkRequest(request: unknown): AdminRequest & { readonly command: ServedCommandName } {
  const command = ownString(request, 'command') ?? ''
  if (!isAdminCommand(command) || isFolderCommand(command))
    throw new Refused('no-such-command', command)
  const given = typeof request === 'object' && request !== null && 'options' in request ? request.options : {}
  const { needs, takes } = adminOptions[command]
  const known: readonly string[] = [...needs, ...takes]
  const options: Record<string, string> = {}
  for (const name of Object.keys(given ?? {})) {
    const value = ownString(given, name)
    if (!known.includes(name) || value === null)
      throw new Refused('unknown-option', name)
    options[name] = value
  }
  for (const name of needs) {
    if (!Object.hasOwn(options, name))
      throw new Refused('missing-option', name)
  }
  return { command, options }
}

function ownString(value: unknown, key: string): string | null {
  const found: unknown = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : null
  return typeof found === 'string' ? found : null
}

const maxLogLines = 10_000

function refuseWith(refusal: MemberRefusal | null, memberId: string): void {
  if (refusal !== null)
    throw new Refused(refusal === 'last-owner' ? 'last-owner' : 'not-in-the-plan', memberId)
}

function checkOffice(given: string) {
  if (!isOffice(given))
    throw new Refused('no-such-office', `${given} (${offices.join(', ')})`)
  return given
}

function checkRole(given: string) {
  if (!isRole(given))
    throw new Refused('no-such-role', `${given} (${roles.join(', ')})`)
  return given
}
