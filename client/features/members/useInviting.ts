import { computed, reactive, ref, shallowRef } from 'vue'
import type { InvitationMail, Invited } from '#shared/protocol/access.ts'
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

/** A list of people to be invited, from what was pasted to what became of each. It lives as long as the page: closing loses nothing. */
export function useInviting(asking: Asking, now: MembersNow) {
  const pasted = ref('')
  const rows = shallowRef<readonly Row[]>([])
  const step = ref<'paste' | 'rows' | 'done'>('paste')
  const draft = shallowRef(newDraft)
  const answered = shallowRef<readonly (Invited & { readonly name: string })[]>([])
  const wrong = ref<Refused | 'nobody' | 'full' | 'offline' | GrantFault | null>(null)
  /** How many were invited before it stopped. */
  const partly = ref(0)
  const isBusy = ref(false)
  let keys = 0

  const givers = computed(() => now.giversTo(null))
  const emails = computed(() => new Set(now.members.value.map(({ email }) => keyOf(email ?? '')).filter(key => key !== null)))
  const waiting = computed(() => new Map(now.invitations.value.map(({ email, mail }) => [keyOf(email), mail])))
  /** With what is known of each letter by now. */
  const outcome = computed(() => answered.value.map((one): Outcome => ({ ...one, mail: waiting.value.get(keyOf(one.email)) ?? one.mail })))
  const troubles = computed(() => troublesOf(rows.value, emails.value))
  const fit = computed(() => rows.value.filter((_, n) => troubles.value[n] === null))
  const faults = computed(() => troubles.value.filter(isFault).length)
  /** Who was left out, and why. */
  const leftOut = computed(() => rows.value.flatMap((row, n): { row: Row, trouble: InviteeTrouble }[] => {
    const trouble = troubles.value[n]
    return trouble ? [{ row, trouble }] : []
  }))
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
  const drop = (key: number) => { rows.value = rows.value.filter(row => row.key !== key) }

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
    const names = new Map(fit.value.map(({ email, name }) => [keyOf(email), name]))
    const invitees = fit.value.map(({ name, email, organisation }) => ({ name: name.trim(), email, organisation: organisation.trim() }))
    const { invited, refused } = await asking.invite(invitees, grant, language)
    isBusy.value = false
    answered.value = [...answered.value, ...invited.map(one => ({ ...one, name: names.get(keyOf(one.email)) || one.email }))]
    wrong.value = refused
    partly.value = refused ? invited.length : 0
    const done = new Set(invited.map(({ email }) => keyOf(email)))
    rows.value = rows.value.filter(({ email }) => !done.has(keyOf(email)))
    if (!refused)
      step.value = 'done'
    void now.again()
  }
  /** What became of them has been read. Those who are to be mended, and what was not read yet, stay for the next time. */
  function end() {
    rows.value = rows.value.filter((_, n) => isFault(troubles.value[n]) || troubles.value[n] === null)
    step.value = rows.value.length > 0 ? 'rows' : 'paste'
    answered.value = []
    wrong.value = null
  }
  const write = (words: string) => { pasted.value = words }
  const choose = (next: GrantDraft) => { draft.value = next }
  const goBack = () => { step.value = 'paste' }
  return reactive({
    pasted, rows, step, draft, outcome, wrong, partly, isBusy, troubles, faults, leftOut, fit, known, givers, isInvited,
    write, read, goBack, change, drop, choose, send, end,
  })
}
export type Inviting = ReturnType<typeof useInviting>
