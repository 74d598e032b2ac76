import { computed, watch } from 'vue'
import type { MemberLine } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import { useGroupsOfPeople } from '../../plan/groupsOfPeople.ts'
import { usePlan } from '../../plan/live.ts'
import { useText } from '../../text/index.ts'
import { seenInWords } from './days.ts'
import { limitsInWords, useMembersText } from './words.ts'

/** What a list of members is given, be it a table or cards. */
export interface MemberListProps {
  readonly members: readonly MemberLine[]
  readonly me: { readonly memberId: string, readonly role: Role }
  readonly isMember: boolean
  readonly mayLead: boolean
  mayAppointFor(member: MemberLine): boolean
}

/** What is said of each member, in a table as on a card. */
export function useMemberWords(me: { readonly memberId: string }) {
  const text = useText()
  const words = useMembersText()
  const { others } = usePlan()
  const here = computed(() => new Set([me.memberId, ...others.value.map(({ memberId }) => memberId)]))
  /** Who was here while the page was open: the server tells of it only later. */
  const met = new Set<string>()
  watch(here, now => now.forEach(id => met.add(id)), { immediate: true, flush: 'sync' })
  const groups = useGroupsOfPeople()
  return {
    text,
    words,
    isMe: ({ memberId }: MemberLine) => memberId === me.memberId,
    seen,
    /** By itself, not under a heading. */
    seenAlone(member: MemberLine) {
      const told = seen(member)
      const { now, hereNow, never, notYet } = words.value.seen
      return told === now ? hereNow : told === never ? notYet : `${words.value.heads.seen}: ${told}`
    },
    limits: (member: MemberLine) => limitsInWords(member, words.value, text.value),
    /** '' for who is in none. */
    inGroups: ({ memberId }: MemberLine) => inGroupsInWords(groups.value.get(memberId)),
  }
  function seen({ memberId, seenAt }: MemberLine) {
    return here.value.has(memberId) ? words.value.seen.now : seenInWords(met.has(memberId) ? Date.now() : seenAt, words.value, text.value)
  }
  function inGroupsInWords(names: readonly string[] = []) {
    return names.length === 0 ? '' : words.value.inGroups(text.value.and(names))
  }
}
