import { equalityDeep } from 'lib0/function'
import { shallowReactive, shallowRef, type ShallowRef } from 'vue'
import { encodeAwarenessUpdate, type Awareness } from 'y-protocols/awareness'
import { fieldOf, isRegisterName } from '#shared/plan/registers.ts'
import type { Cell, MemberId, RowId } from '#shared/plan/values.ts'
import { encodePresence } from '#shared/protocol/frames.ts'
import { calledBy } from '../text/nameless.ts'
import { partOf, toCaret, type Caret } from './carets.ts'

/** Somebody else who has the plan open now. A person with two pages is there twice. */
export interface PersonHere {
  readonly clientId: number
  readonly memberId: MemberId
  readonly name: string
  readonly organisation: string
  /** 0 to 5. */
  readonly colour: number
  /** The cell they are in; null when nowhere. */
  readonly at: Cell | null
  /** The member of their set they are at, where each of its members stands by itself. */
  readonly member?: RowId
}

export interface Presence {
  /** Who is here and in which cell. The same list as long as nobody comes, goes or changes cell: a caret that moves wakes nobody. */
  readonly others: Readonly<ShallowRef<readonly PersonHere[]>>
  /** Where in its text each of them writes, by client id. Only who reads one that moves wakes. */
  readonly carets: ReadonlyMap<number, Caret>
  /** Tells where I am: the latest place, at most ten times a second in company and once alone. Another cell has no caret yet. */
  goTo(at: Cell | null, member?: RowId | null): void
  /** Tells where in the text of my cell I write; null when I do not. Paced as `goTo`. */
  showCaret(caret: Caret | null): void
  close(): void
}

export interface Me { readonly memberId: MemberId, readonly name: string, readonly organisation: string }
interface Place { readonly at: Cell | null, readonly member: RowId | null, readonly cursor: Caret | null }

/** Only our own presence is sent: what the server passes on of others is theirs to send (a stock client echoes it). */
export function openPresence({ awareness, me, send }: { awareness: Awareness, me: Me, send: (frame: Uint8Array) => void }): Presence {
  const others = shallowRef<readonly PersonHere[]>([])
  const carets = shallowReactive(new Map<number, Caret>())
  const nowhere: Place = { at: null, member: null, cursor: null }
  let next = nowhere
  let told = nowhere
  let timer: ReturnType<typeof setTimeout> | undefined

  function show() {
    const people = peopleIn(awareness)
    if (!equalityDeep(people, others.value))
      others.value = people
    putCarets(carets, people, awareness)
  }
  function passOn({ added, updated, removed }: { added: number[], updated: number[], removed: number[] }) {
    if ([...added, ...updated, ...removed].includes(awareness.clientID))
      send(encodePresence(encodeAwarenessUpdate(awareness, [awareness.clientID])))
  }
  function tell(place: Place) {
    told = place
    const { at, member, cursor } = place
    awareness.setLocalState({ user: { ...me, colour: 0 }, at: at && member !== null ? { ...at, field: `${at.field}/${member}` } : at, cursor })
  }
  function go(place: Place) {
    next = place
    if (timer === undefined)
      tellNext()
  }
  function tellNext() {
    timer = undefined
    if (equalityDeep(next, told))
      return
    tell(next)
    timer = setTimeout(tellNext, others.value.length > 0 ? everyMs.inCompany : everyMs.alone)
  }

  tell(nowhere)
  awareness.on('change', show)
  awareness.on('update', passOn)
  return {
    others,
    carets,
    goTo(at, member = null) {
      if (!equalityDeep(at, next.at) || member !== next.member)
        go({ at, member, cursor: null })
    },
    showCaret: cursor => go({ ...next, cursor }),
    close() {
      clearTimeout(timer)
      awareness.off('change', show)
      awareness.off('update', passOn)
    },
  }
}

const everyMs = { inCompany: 100, alone: 1_000 } as const

function peopleIn(awareness: Awareness): readonly PersonHere[] {
  return [...awareness.getStates()]
    .filter(([clientId]) => clientId !== awareness.clientID)
    .map(([clientId, state]) => toPerson(clientId, state))
    .filter(person => person !== null)
    .sort((a, b) => a.clientId - b.clientId)
}

function putCarets(carets: Map<number, Caret>, people: readonly PersonHere[], awareness: Awareness): void {
  const states = awareness.getStates()
  const now = new Map(people.flatMap(({ clientId, at }) => {
    const caret = at && toCaret(partOf(states.get(clientId), 'cursor'))
    return caret ? [[clientId, caret] as const] : []
  }))
  for (const clientId of carets.keys()) {
    if (!now.has(clientId))
      carets.delete(clientId)
  }
  for (const [clientId, caret] of now) {
    if (!equalityDeep(caret, carets.get(clientId)))
      carets.set(clientId, caret)
  }
}

/** What stands on the wire as a person, or null when it is none. Total. */
function toPerson(clientId: number, state: unknown): PersonHere | null {
  const user = partOf(state, 'user')
  const [memberId, name, organisation] = [partOf(user, 'memberId'), partOf(user, 'name'), partOf(user, 'organisation')]
  if (typeof memberId !== 'string' || typeof name !== 'string' || typeof organisation !== 'string')
    return null
  const colour = Number(partOf(user, 'colour'))
  return { clientId, memberId, name: calledBy(name), organisation, colour: Number.isInteger(colour) ? Math.abs(colour) % 6 : 0, ...toPlace(partOf(state, 'at')) }
}

/** A cell, and the member of its set that stands after its field: `responsible/ks-rogaland`, as in the row itself. */
function toPlace(value: unknown): Pick<PersonHere, 'at' | 'member'> {
  const [register, row, field] = [partOf(value, 'register'), partOf(value, 'row'), partOf(value, 'field')]
  if (typeof register !== 'string' || typeof row !== 'string' || typeof field !== 'string' || !isRegisterName(register))
    return { at: null }
  const [name = '', member, ...rest] = field.split('/')
  const declared = fieldOf(register, name)
  if (rest.length > 0 || (member !== undefined && declared?.kind !== 'set') || (!declared && name !== 'deletedAt'))
    return { at: null }
  return { at: { register, row, field: name }, ...member !== undefined && { member } }
}
