import { shallowRef, type ShallowRef } from 'vue'
import { encodeAwarenessUpdate, type Awareness } from 'y-protocols/awareness'
import { fieldOf, isRegisterName } from '#shared/plan/registers.ts'
import type { Cell, MemberId } from '#shared/plan/values.ts'
import { encodePresence } from '#shared/protocol/frames.ts'

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
}

export interface Presence {
  readonly others: Readonly<ShallowRef<readonly PersonHere[]>>
  /** Tells where I am: the latest place, at most ten times a second in company and once alone. */
  goTo(at: Cell | null): void
  close(): void
}

export interface Me { readonly memberId: MemberId, readonly name: string, readonly organisation: string }

/** Only our own presence is sent: what the server passes on of others is theirs to send (a stock client echoes it). */
export function openPresence({ awareness, me, send }: { awareness: Awareness, me: Me, send: (frame: Uint8Array) => void }): Presence {
  const others = shallowRef<readonly PersonHere[]>([])
  const stateAt = (at: Cell | null) => ({ user: { ...me, colour: 0 }, at, cursor: null })
  let next: Cell | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isDue = false

  function show() {
    others.value = peopleIn(awareness)
  }
  function passOn({ added, updated, removed }: { added: number[], updated: number[], removed: number[] }) {
    if ([...added, ...updated, ...removed].includes(awareness.clientID))
      send(encodePresence(encodeAwarenessUpdate(awareness, [awareness.clientID])))
  }
  function tell() {
    isDue = false
    awareness.setLocalState(stateAt(next))
    timer = setTimeout(() => {
      timer = undefined
      if (isDue)
        tell()
    }, others.value.length > 0 ? everyMs.inCompany : everyMs.alone)
  }

  awareness.setLocalState(stateAt(null))
  awareness.on('change', show)
  awareness.on('update', passOn)
  return {
    others,
    goTo(at) {
      next = at
      isDue = true
      if (timer === undefined)
        tell()
    },
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

/** What stands on the wire as a person, or null when it is none. Total. */
function toPerson(clientId: number, state: unknown): PersonHere | null {
  const user = propertyOf(state, 'user')
  const [memberId, name, organisation] = [propertyOf(user, 'memberId'), propertyOf(user, 'name'), propertyOf(user, 'organisation')]
  if (typeof memberId !== 'string' || typeof name !== 'string' || typeof organisation !== 'string')
    return null
  const colour = Number(propertyOf(user, 'colour'))
  return { clientId, memberId, name, organisation, colour: Number.isInteger(colour) ? Math.abs(colour) % 6 : 0, at: toCell(propertyOf(state, 'at')) }
}

function toCell(value: unknown): Cell | null {
  const [register, row, field] = [propertyOf(value, 'register'), propertyOf(value, 'row'), propertyOf(value, 'field')]
  if (typeof register !== 'string' || typeof row !== 'string' || typeof field !== 'string' || !isRegisterName(register))
    return null
  return fieldOf(register, field) || field === 'deletedAt' ? { register, row, field } : null
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
