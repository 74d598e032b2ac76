import { equalityDeep } from 'lib0/function'
import { shallowRef, watch, type ShallowRef } from 'vue'
import type { Instant, MemberId } from '#shared/plan/values.ts'
import type { FreshChange } from './fresh.ts'
import { nearnessOf, type Near } from './near.ts'
import { changesInWords, peopleInWords, rowInPlace, type Wording } from './nearSentence.ts'
import type { PersonHere } from './presence.ts'
import type { PlanSession } from './session.ts'

/** Others' changes near me as short sentences to be spoken: politely, collected, at most one in five seconds. */
export interface Announcer {
  /** What is to be spoken now; a new object each time, also for the same words. */
  readonly said: Readonly<ShallowRef<{ readonly words: string }>>
  readonly isOn: Readonly<ShallowRef<boolean>>
  /** Mutes or unmutes, and says so. What happens meanwhile can still be asked for. */
  turn(isOn: boolean): void
  /** Says the latest once more. */
  repeat(): void
  close(): void
}

interface AnnouncerParts {
  readonly session: Pick<PlanSession, 'plan' | 'fresh' | 'others' | 'at' | 'me'>
  readonly near: Near
  readonly wording: () => Wording
  readonly isOn: boolean
  readonly now?: () => Instant
}

export const betweenSaidMs = 5_000
/** So long the first change waits for those that come with it. */
const gatheringMs = 1_000

export function openAnnouncer({ session, near, wording, isOn: isOnFirst, now = Date.now }: AnnouncerParts): Announcer {
  const { plan: { doc }, fresh, others, at, me } = session
  const said = shallowRef({ words: '' })
  const isOn = shallowRef(isOnFirst)
  let latest = ''
  let saidAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = Infinity
  /** Beside me, and what can be seen besides: the latter only counts along. */
  let changes: FreshChange[] = []
  let seen: FreshChange[] = []
  /** What became of my row, and who came into my cell and went out of it. */
  const ofMyRow = new Map<FreshChange['kind'], FreshChange>()
  const [came, went] = [new Map<MemberId, PersonHere>(), new Map<MemberId, PersonHere>()]

  function saySoon(gathersMs: number) {
    const when = Math.max(saidAt + betweenSaidMs, now() + gathersMs)
    if (when >= due)
      return
    due = when
    clearTimeout(timer)
    timer = setTimeout(sayAll, when - now())
  }
  function sayAll() {
    due = Infinity
    const { text } = wording()
    const inSight = seen.filter(change => now() - change.at < betweenSaidMs)
    const sentences = [
      ...[...ofMyRow.values()].map(change => myRowInWords(change, wording())),
      ...came.size > 0 ? [text.near.isHere(peopleInWords([...came.values()], text))] : [],
      ...went.size > 0 ? [text.near.hasLeft(peopleInWords([...went.values()], text))] : [],
      ...changes.length > 0 ? [changesInWords([...changes, ...inSight], wording())] : [],
    ]
    ;[ofMyRow, came, went].forEach(told => told.clear())
    ;[changes, seen] = [[], []]
    if (sentences.length === 0)
      return
    latest = sentences.join(' ')
    saidAt = now()
    if (isOn.value)
      said.value = { words: latest }
  }

  /** A row that goes takes me elsewhere at once: where I was before a change is what counts. */
  let mine = at.value
  const notePlace = () => { mine = at.value }
  doc.on('beforeTransaction', notePlace)
  const stopChanges = fresh.onChanges((all) => {
    for (const change of all) {
      const nearness = change.by?.memberId === me.memberId ? 'away' : nearnessOf(change.cell, mine, near)
      if (nearness === 'mine' && (change.kind === 'trashed' || change.kind === 'moved'))
        ofMyRow.set(change.kind, change)
      else if (nearness === 'mine' || nearness === 'beside')
        changes.push(change)
      else if (nearness === 'seen')
        seen.push(change)
    }
    if (ofMyRow.size > 0 || changes.length > 0)
      saySoon(ofMyRow.size > 0 ? 0 : gatheringMs)
  })

  /** Who is in my cell, as far as I have been told or soon will be. */
  const company = new Map<MemberId, PersonHere>()
  const withMe = () => others.value.filter(person => person.memberId !== me.memberId && at.value !== null && equalityDeep(person.at, at.value))
  const stopPeople = watch([() => withMe().map(({ memberId }) => memberId).join(), at] as const, ([, here], [, before]) => {
    const people = new Map(withMe().map(person => [person.memberId, person]))
    if (!equalityDeep(here, before))
      [came, went, company].forEach(one => one.clear())
    for (const [id, person] of people) {
      if (!company.has(id))
        turnsUp(person, came, went)
    }
    for (const [id, person] of company) {
      if (!people.has(id))
        turnsUp(person, went, came)
    }
    company.clear()
    people.forEach((person, id) => company.set(id, person))
  }, { flush: 'sync' })
  /** Who came and went before it was told was not there. */
  function turnsUp(person: PersonHere, here: Map<MemberId, PersonHere>, there: Map<MemberId, PersonHere>) {
    if (there.delete(person.memberId))
      return
    here.set(person.memberId, person)
    saySoon(0)
  }

  const answer = (words: string) => {
    said.value = { words }
  }
  return {
    said,
    isOn,
    turn(next) {
      isOn.value = next
      const { near: words } = wording().text
      answer(next ? words.announcementsOn : words.announcementsOff)
    },
    repeat: () => answer(latest || wording().text.near.nothing),
    close() {
      clearTimeout(timer)
      doc.off('beforeTransaction', notePlace)
      stopChanges()
      stopPeople()
    },
  }
}

function myRowInWords({ cell, kind, by }: FreshChange, wording: Wording): string {
  const { near } = wording.text
  const who = peopleInWords([by], wording.text)
  return kind === 'trashed' ? near.trashedMine(who) : near.movedMine(who, rowInPlace(cell, wording))
}
