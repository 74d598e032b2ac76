import { computed, onBeforeUnmount, onMounted, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { Deputy, Grant, InvitationLine, MemberLine } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { leads } from '#shared/protocol/grants.ts'
import type { Asking } from './asking.ts'
import { giversOf, mayAppoint } from './givers.ts'
import { useLook } from './useLook.ts'

export interface MembersNow {
  /** `failed`: nothing has come yet. `stale`: what is shown may be old. */
  readonly state: Readonly<ShallowRef<'asking' | 'there' | 'stale' | 'failed'>>
  /** Oneself first, then by name. */
  readonly members: ComputedRef<readonly MemberLine[]>
  readonly byId: ComputedRef<ReadonlyMap<string, MemberLine>>
  /** Those who stand in for somebody now or later. */
  readonly deputies: ComputedRef<readonly Deputy[]>
  readonly invitations: Readonly<ShallowRef<readonly InvitationLine[]>>
  /** Whether the server sends letters. */
  readonly isMailThere: Readonly<ShallowRef<boolean>>
  /** What one may give from, to a member or, null, to somebody new. */
  giversTo(member: MemberLine | null): readonly Grant[]
  mayAppointFor(member: MemberLine): boolean
  again(): Promise<void>
}

const everyMs = 20_000

/** The members as the server has them: asked again when the page is looked at, after what is done here, and now and then meanwhile. */
export function useMembers(asking: Asking, me: { readonly memberId: string, readonly role: Role }): MembersNow {
  const state = shallowRef<'asking' | 'there' | 'stale' | 'failed'>('asking')
  const lines = shallowRef<readonly MemberLine[]>([])
  const allDeputies = shallowRef<readonly Deputy[]>([])
  const invitations = shallowRef<readonly InvitationLine[]>([])
  const isMailThere = shallowRef(false)
  let round = 0

  async function again() {
    const mine = ++round
    const [members, invited] = await Promise.all([asking.members(), leads(me.role) ? asking.invitations() : null])
    if (mine !== round)
      return
    if (!members.ok) {
      state.value = state.value === 'there' || state.value === 'stale' ? 'stale' : 'failed'
      return
    }
    state.value = 'there'
    lines.value = members.answer.members
    allDeputies.value = members.answer.deputies
    if (invited?.ok)
      [invitations.value, isMailThere.value] = [invited.answer.invitations, invited.answer.isMailThere]
  }

  let timer: ReturnType<typeof setInterval> | undefined
  onMounted(() => {
    void again()
    timer = setInterval(() => document.visibilityState === 'visible' && void again(), everyMs)
  })
  onBeforeUnmount(() => {
    round++
    clearInterval(timer)
  })
  useLook(again)

  const rank = ({ memberId }: MemberLine) => memberId === me.memberId ? 0 : 1
  const members = computed(() => [...lines.value].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'nb')))
  const byId = computed(() => new Map(lines.value.map(line => [line.memberId, line])))
  const deputies = computed(() => allDeputies.value.filter(({ until }) => until > Date.now()).sort((a, b) => a.from - b.from))
  const company = () => ({ byId: byId.value, deputies: deputies.value })
  return {
    state,
    members,
    byId,
    deputies,
    invitations,
    isMailThere,
    giversTo: member => giversOf(me.memberId, member, company()),
    mayAppointFor: member => mayAppoint(me.memberId, member, company()),
    again,
  }
}
