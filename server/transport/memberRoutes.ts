import type { Context } from 'hono'
import type { AccessLogAnswer, ContactsAnswer, Deputy, InvitationsAnswer, InvitedAnswer, MemberRefusal, MembersAnswer } from '#shared/protocol/access.ts'
import type { MemberId } from '#shared/plan/values.ts'
import type { Access } from '../access/access.ts'
import type { Inviting } from '../access/inviting.ts'
import type { MemberLetters } from '../access/memberLetters.ts'
import { newId } from '../access/secrets.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Language } from '../texts/mails.ts'
import type { Clock } from '../time/clock.ts'
import { giver, inPlan, param, signedIn, type Asker, type Handlers, type Told } from './asking.ts'

export interface MemberRouteParts {
  readonly storage: Pick<Storage, 'members'>
  readonly access: Access
  readonly inviting: Inviting
  readonly letters: MemberLetters
  readonly clock: Clock
}

type MemberRoute =
  | 'GET /api/plans/:planId/members' | 'POST /api/plans/:planId/members/:memberId/grant' | 'POST /api/plans/:planId/members/:memberId/remove'
  | 'POST /api/plans/:planId/leave' | 'GET /api/plans/:planId/invitations' | 'POST /api/plans/:planId/invitations'
  | 'POST /api/plans/:planId/invitations/:invitationId/again' | 'POST /api/plans/:planId/invitations/:invitationId/withdraw'
  | 'POST /api/plans/:planId/my-deputies' | 'POST /api/plans/:planId/my-deputies/:deputyId/end' | 'POST /api/plans/:planId/deputies'
  | 'POST /api/plans/:planId/deputies/:deputyId/end' | 'GET /api/plans/:planId/contacts' | 'POST /api/plans/:planId/contacts'
  | 'POST /api/plans/:planId/contacts/:contactId/remove' | 'GET /api/plans/:planId/access-log'

const statusOf: Readonly<Record<MemberRefusal, 400 | 403 | 404 | 409 | 429>> = {
  'last-owner': 409, 'above-you': 403, 'not-in-the-plan': 404, 'not-there': 404, 'in-the-past': 400, 'to-oneself': 400, 'too-many': 429,
  'stands-in-already': 409, 'over-by-then': 409, 'too-often': 429,
}
const linesAtOnce = 100

/** Who is in a plan, what they may do, whom to turn to, and what has happened with that. */
export function memberRoutes({ storage: { members }, access, inviting, letters, clock }: MemberRouteParts): Handlers<MemberRoute> {
  const done = (context: Context<Told>, refusal: MemberRefusal | null) =>
    refusal === null ? context.body(null, 204) : context.json({ error: refusal }, statusOf[refusal])

  return {
    'GET /api/plans/:planId/members': async (context, asker) => {
      const { plan: { planId }, right: { isMember } } = inPlan(asker)
      const [lines, deputies] = await Promise.all([members.inPlan(planId), members.deputiesIn(planId)])
      // Who reads from outside sees whose plan it is, and reaches nobody by it.
      const answer: MembersAnswer = isMember
        ? { members: lines, deputies }
        : { members: lines.map(line => ({ ...line, email: null, seenAt: null })), deputies: [] }
      return context.json(answer)
    },
    'POST /api/plans/:planId/members/:memberId/grant': async (context, asker, { language, ...grant }) => {
      const { plan } = inPlan(asker)
      const by = giver(asker)
      const memberId = param(context, 'memberId')
      const before = await members.grant(plan.planId, memberId)
      const refusal = await access.putGrant(plan.planId, memberId, grant, by)
      if (refusal === null && memberId !== by.memberId)
        letters.changed(plan, memberId, grant, before, by, language)
      return done(context, refusal)
    },
    'POST /api/plans/:planId/members/:memberId/remove': async (context, asker, { language }) => {
      const { plan } = inPlan(asker)
      const by = giver(asker)
      const memberId = param(context, 'memberId')
      const refusal = await access.removeMember(plan.planId, memberId, by)
      if (refusal === null && memberId !== by.memberId)
        letters.removed(plan, memberId, by, language)
      return done(context, refusal)
    },
    'POST /api/plans/:planId/leave': async (context, asker) =>
      done(context, await access.removeMember(inPlan(asker).plan.planId, signedIn(asker).member.memberId, giver(asker))),
    'GET /api/plans/:planId/invitations': async (context, asker) => {
      const open = await members.invitationsIn(inPlan(asker).plan.planId)
      const answer: InvitationsAnswer = {
        invitations: open.map(({ id, email, name, organisation, role, registers, until, invitedBy, at, expiresAt, mail }) =>
          ({ id, email, name, organisation, role, registers, until, invitedBy, at, expiresAt, mail })),
        isMailThere: inviting.isMailThere,
      }
      return context.json(answer)
    },
    'POST /api/plans/:planId/invitations': async (context, asker, { invitees, language, ...grant }) => {
      const invited = await inviting.invite(inPlan(asker).plan, invitees, grant, language, giver(asker))
      return typeof invited === 'string' ? done(context, invited) : context.json({ invited } satisfies InvitedAnswer)
    },
    'POST /api/plans/:planId/invitations/:invitationId/again': async (context, asker, how) => {
      const invited = await inviting.again(inPlan(asker).plan, param(context, 'invitationId'), how, giver(asker))
      return typeof invited === 'string' ? done(context, invited) : context.json({ invited: [invited] } satisfies InvitedAnswer)
    },
    'POST /api/plans/:planId/invitations/:invitationId/withdraw': async (context, asker) =>
      done(context, await inviting.withdraw(inPlan(asker).plan, param(context, 'invitationId'), giver(asker))),
    'POST /api/plans/:planId/my-deputies': async (context, asker, deputy) => appoint(context, asker, { ...deputy, memberId: giver(asker).memberId }),
    'POST /api/plans/:planId/my-deputies/:deputyId/end': async (context, asker, { language }) => end(context, asker, language, giver(asker).memberId),
    'POST /api/plans/:planId/deputies': async (context, asker, deputy) => appoint(context, asker, deputy),
    'POST /api/plans/:planId/deputies/:deputyId/end': async (context, asker, { language }) => end(context, asker, language),
    'GET /api/plans/:planId/contacts': async (context, asker) => {
      const { plan: { planId }, right: { isMember } } = inPlan(asker)
      const contacts = await members.contacts(planId)
      return context.json({ contacts: isMember ? contacts : contacts.map(contact => ({ ...contact, email: null })) } satisfies ContactsAnswer)
    },
    'POST /api/plans/:planId/contacts': async (context, asker, { id, ...contact }) => {
      const { planId } = inPlan(asker).plan
      const known = id === null || (await members.contacts(planId)).some(one => one.id === id)
      if (!known)
        return done(context, 'not-there')
      const put = { ...contact, id: id ?? newId() }
      await members.putContact(planId, put, noteOf(asker, put.id, id === null ? 'added' : 'changed'))
      return context.json(put)
    },
    'POST /api/plans/:planId/contacts/:contactId/remove': async (context, asker) => {
      const id = param(context, 'contactId')
      const wasThere = await members.removeContact(inPlan(asker).plan.planId, id, noteOf(asker, id, 'removed'))
      return done(context, wasThere ? null : 'not-there')
    },
    'GET /api/plans/:planId/access-log': async (context, asker) => {
      const before = Number(context.req.query('before') ?? Number.MAX_SAFE_INTEGER)
      if (!Number.isSafeInteger(before) || before < 1)
        return context.json({ error: 'not-understood' }, 400)
      const lines = await members.accessLog(inPlan(asker).plan.planId, before, linesAtOnce)
      const answer: AccessLogAnswer = {
        lines: lines.map(({ number, at, event, by, about, facts }) => ({ number, at, event, by, about, facts })),
        next: lines.length < linesAtOnce ? null : lines.at(-1)?.number ?? null,
      }
      return context.json(answer)
    },
  }

  async function appoint(context: Context<Told>, asker: Asker, { language, ...deputy }: Omit<Deputy, 'id'> & { readonly language: Language }): Promise<Response> {
    const [{ plan }, by] = [inPlan(asker), giver(asker)]
    const appointed = await access.appointDeputy(plan.planId, deputy, by)
    if (typeof appointed === 'string')
      return done(context, appointed)
    if (appointed.deputyId !== by.memberId)
      letters.deputy(plan, 'deputyAppointed', appointed, clock.now(), by, language)
    return context.json(appointed)
  }

  /** `onlyOf`: where it is this member's own. */
  async function end(context: Context<Told>, asker: Asker, language: Language, onlyOf?: MemberId): Promise<Response> {
    const [{ plan }, by, id] = [inPlan(asker), giver(asker), param(context, 'deputyId')]
    const known = (await members.deputiesIn(plan.planId)).find(deputy => deputy.id === id)
    const refusal = await access.endDeputy(plan.planId, id, by, onlyOf)
    if (refusal === null && known && known.deputyId !== by.memberId)
      letters.deputy(plan, 'deputyEnded', known, clock.now(), by, language)
    return done(context, refusal)
  }

  function noteOf(asker: Asker, contact: string, what: 'added' | 'changed' | 'removed') {
    return {
      at: clock.now(), event: 'contact-changed' as const, planId: inPlan(asker).plan.planId, by: signedIn(asker).member.memberId, about: null,
      facts: { contact, what },
    }
  }
}
