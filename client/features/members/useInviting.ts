import { computed, reactive, ref, shallowRef } from 'vue'
import type { InvitationMail, Invited } from '#shared/protocol/access.ts'
import { reaches } from '#shared/protocol/grants.ts'
import { registerStore } from '../../plan/stores.ts'
import { rowName } from '../../text/naming.ts'
import type { Language } from '../../text/index.ts'
import type { Asking, Refused } from './asking.ts'
import { newDraft, toGrant, type GrantDraft, type GrantFault } from './grantDraft.ts'
import { domainOf, isFault, keyOf, organisationsByDomain, readSome, troublesOf, type InviteeTrouble, type ReadInvitee } from './invitees.ts'
import type { MembersNow } from './useMembers.ts'

/** Somebody on the list, who keeps their line while it is corrected. */
export interface Row extends ReadInvitee { readonly key: number }

/** So many stand as rows at a time: more make the page slow, and are more than anybody reads through. */
export const mostRows = 200

/** What became of one of them: how far the letter has come, or the link to be given by hand. */
export type Outcome = Omit<Invited, 'mail'> & { readonly name: string, readonly mail: InvitationMail }

/** What the server answered of one of them. `before`: the invitations that stood then, whose letters say nothing of this one's. */
type Answered = Invited & { readonly name: string, readonly before: ReadonlySet<string> }

/** A list of people to be invited, from what was pasted to what became of each. It lives as long as the page: closing loses nothing. */
export function useInviting(asking: Asking, now: MembersNow) {
  const pasted = ref('')
  const rows = shallowRef<readonly Row[]>([])
  const step = ref<'paste' | 'rows' | 'done'>('paste')
  const draft = shallowRef(newDraft)
  const answered = shallowRef<readonly Answered[]>([])
  const wrong = ref<Refused | 'nobody' | 'full' | 'offline' | GrantFault | null>(null)
  /** How many were invited before it stopped. */
  const partly = ref(0)
  const isBusy = ref(false)
  let keys = 0

  const givers = computed(() => now.giversTo(null))
  const emails = computed(() => new Set(now.members.value.map(({ email }) => keyOf(email ?? '')).filter(key => key !== null)))
  const waiting = computed(() => new Map(now.invitations.value.map(line => [keyOf(line.email), line])))
  /** With what is known of each letter by now. Who is in already has had theirs. */
  const outcome = computed(() => answered.value.map(({ before, ...one }): Outcome => {
    const key = keyOf(one.email)
    const line = waiting.value.get(key)
    if (line && !before.has(line.id))
      return { ...one, mail: line.mail }
    return one.mail === 'sending' && !line && key !== null && emails.value.has(key) ? { ...one, mail: 'sent' } : one
  }))
  const above = computed(() => new Set(now.invitations.value.filter(({ role }) => !givers.value.some(own => reaches(own.role, role)))
    .map(({ email }) => keyOf(email)).filter(key => key !== null)))
  const troubles = computed(() => troublesOf(rows.value, emails.value, above.value))
  const fit = computed(() => rows.value.filter((_, n) => troubles.value[n] === null))
  const faults = computed(() => troubles.value.filter(isFault).length)
  /** Who was left out, and why. */
  const leftOut = computed(() => rows.value.flatMap((row, n): { row: Row, trouble: InviteeTrouble }[] => {
    const trouble = troubles.value[n]
    return trouble ? [{ row, trouble }] : []
  }))
  /** Of those on the list some can be invited still or mended, or something of what was pasted is not read. */
  const isMore = computed(() => pasted.value.trim() !== '' || rows.value.some((_, n) => isKept(troubles.value[n])))
  const isInvited = ({ email }: Row) => waiting.value.has(keyOf(email))

  const suggested = computed(() => organisationsByDomain(now.members.value))
  const organisations = registerStore('organisations')
  /** As the plan writes them, and as those who are in do. */
  const known = computed(() => [...new Set([
    ...organisations.order.map(id => rowName(organisations.byId.get(id) ?? {})), ...now.members.value.map(({ organisation }) => organisation),
  ])].filter(Boolean).sort((a, b) => a.localeCompare(b, 'nb')))

  function read() {
    const read = readSome(pasted.value, mostRows - rows.value.length)
    const found = read.found.map(one => ({ ...one, organisation: one.organisation || suggested.value.get(domainOf(one.email)) || '', key: keys++ }))
    wrong.value = found.length > 0 ? null : rows.value.length === 0 ? 'nobody' : read.rest ? 'full' : null
    if (wrong.value)
      return
    rows.value = [...rows.value, ...found]
    pasted.value = read.rest
    step.value = 'rows'
  }
  const change = (key: number, next: Partial<ReadInvitee>) => { rows.value = rows.value.map(row => row.key === key ? { ...row, ...next } : row) }
  function drop(key: number) {
    rows.value = rows.value.filter(row => row.key !== key)
    if (rows.value.length === 0)
      step.value = 'paste'
  }

  async function send(language: Language) {
    const grant = toGrant(draft.value, null, givers.value)
    wrong.value = typeof grant === 'string' ? grant : null
    if (typeof grant === 'string' || isBusy.value || fit.value.length === 0)
      return
    if (!navigator.onLine) {
      wrong.value = 'offline'
      return
    }
    isBusy.value = true
    const before = new Set(now.invitations.value.map(({ id }) => id))
    const names = new Map(fit.value.map(({ email, name }) => [keyOf(email), name]))
    const invitees = fit.value.map(({ name, email, organisation }) => ({ name: name.trim(), email, organisation: organisation.trim() }))
    const { invited, refused } = await asking.invite(invitees, grant, language)
    isBusy.value = false
    answered.value = invited.map(one => ({ ...one, name: names.get(keyOf(one.email)) || one.email, before }))
    wrong.value = refused
    partly.value = refused ? invited.length : 0
    const done = new Set(invited.map(({ email }) => keyOf(email)))
    rows.value = rows.value.filter(({ email }) => !done.has(keyOf(email)))
    // Where it stopped on the way, what became of those before is told too: links are shown once.
    if (!refused || invited.length > 0)
      step.value = 'done'
    void now.again()
  }
  /** What became of them has been read. Those who are to be mended, and what was not read yet, stay for the next time. */
  function end() {
    rows.value = rows.value.filter((_, n) => isKept(troubles.value[n]))
    step.value = rows.value.length > 0 ? 'rows' : 'paste'
    answered.value = []
    wrong.value = null
    partly.value = 0
  }
  /** On with those who stay, and with what was not read yet. */
  function goOn() {
    end()
    if (pasted.value.trim() !== '')
      read()
  }
  function go(to: 'paste' | 'rows') {
    wrong.value = null
    step.value = to
  }
  const write = (words: string) => { pasted.value = words }
  const choose = (next: GrantDraft) => { draft.value = next }
  return reactive({
    pasted, rows, step, draft, outcome, wrong, partly, isBusy, troubles, faults, leftOut, fit, isMore, known, givers, isInvited,
    write, read, go, change, drop, choose, send, end, goOn,
  })
}

const isKept = (trouble: InviteeTrouble | null | undefined) => trouble === null || isFault(trouble)
export type Inviting = ReturnType<typeof useInviting>
