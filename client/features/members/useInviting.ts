import { computed, reactive, ref, shallowRef } from 'vue'
import type { Invited } from '#shared/protocol/access.ts'
import { toAddress } from '#shared/rules/mailAddress.ts'
import { registerStore } from '../../plan/stores.ts'
import { rowName } from '../../text/naming.ts'
import type { Language } from '../../text/index.ts'
import type { Asking, Refused } from './asking.ts'
import { newDraft, toGrant, type GrantDraft } from './grantDraft.ts'
import { domainOf, organisationsByDomain, readInvitees, troublesOf, type ReadInvitee } from './invitees.ts'
import type { MembersNow } from './useMembers.ts'

/** Somebody on the list, who keeps their line while it is corrected. */
interface Row extends ReadInvitee { readonly key: number }

/** A list of people to be invited, from what was pasted to what became of each. It lives as long as the page: closing loses nothing. */
export function useInviting(asking: Asking, now: MembersNow) {
  const pasted = ref('')
  const rows = shallowRef<readonly Row[]>([])
  const step = ref<'paste' | 'rows' | 'done'>('paste')
  const draft = shallowRef(newDraft)
  const outcome = shallowRef<readonly (Invited & { readonly name: string })[]>([])
  const wrong = ref<Refused | 'nobody' | 'no-register' | null>(null)
  /** How many were invited before it stopped. */
  const partly = ref(0)
  const isBusy = ref(false)
  let keys = 0

  const emails = computed(() => new Set(now.members.value.flatMap(({ email }) => email === null ? [] : [email])))
  const waiting = computed(() => new Set(now.invitations.value.map(({ email }) => email)))
  const troubles = computed(() => troublesOf(rows.value, emails.value))
  const fit = computed(() => rows.value.filter((_, n) => troubles.value[n] === null))
  const isInvited = ({ email }: Row) => waiting.value.has(toAddress(email) ?? '')

  const suggested = computed(() => organisationsByDomain(now.members.value))
  const organisations = registerStore('organisations')
  /** As the plan writes them, and as those who are in do. */
  const known = computed(() => [...new Set([
    ...organisations.order.map(id => rowName(organisations.byId.get(id) ?? {})), ...now.members.value.map(({ organisation }) => organisation),
  ])].filter(Boolean).sort((a, b) => a.localeCompare(b, 'nb')))

  function read() {
    const found = readInvitees(pasted.value).map(one => ({ ...one, organisation: one.organisation || suggested.value.get(domainOf(one.email)) || '', key: keys++ }))
    wrong.value = found.length === 0 && rows.value.length === 0 ? 'nobody' : null
    if (wrong.value)
      return
    rows.value = [...rows.value, ...found]
    pasted.value = ''
    step.value = 'rows'
  }
  const change = (key: number, next: Partial<ReadInvitee>) => { rows.value = rows.value.map(row => row.key === key ? { ...row, ...next } : row) }
  const drop = (key: number) => { rows.value = rows.value.filter(row => row.key !== key) }

  async function send(language: Language) {
    const grant = toGrant(draft.value)
    wrong.value = typeof grant === 'string' ? grant : null
    if (typeof grant === 'string' || isBusy.value || fit.value.length === 0)
      return
    isBusy.value = true
    const names = new Map(fit.value.map(({ email, name }) => [toAddress(email), name]))
    const invitees = fit.value.map(({ name, email, organisation }) => ({ name: name.trim(), email, organisation: organisation.trim() }))
    const { invited, refused } = await asking.invite(invitees, grant, language)
    isBusy.value = false
    outcome.value = [...outcome.value, ...invited.map(one => ({ ...one, name: names.get(one.email) || one.email }))]
    wrong.value = refused
    partly.value = refused ? invited.length : 0
    const done = new Set(invited.map(({ email }) => email))
    rows.value = rows.value.filter(({ email }) => !done.has(toAddress(email) ?? ''))
    if (!refused)
      step.value = 'done'
    void now.again()
  }
  /** What became of them has been read. */
  function end() {
    step.value = 'paste'
    rows.value = []
    outcome.value = []
    wrong.value = null
  }
  const write = (words: string) => { pasted.value = words }
  const choose = (next: GrantDraft) => { draft.value = next }
  const goBack = () => { step.value = 'paste' }
  return reactive({
    pasted, rows, step, draft, outcome, wrong, partly, isBusy, troubles, fit, known, isInvited, write, read, goBack, change, drop, choose, send, end,
  })
}
export type Inviting = ReturnType<typeof useInviting>
