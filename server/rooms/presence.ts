import type { PresenceState } from '#shared/protocol/api.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'
import type { Peer } from './peer.ts'
import { encodeEntry, presenceFrame, readEntries } from './presenceFrames.ts'

/** Presence changes of one window go out together, the latest of each. The window of a room of many is longer: each is a write to every peer. */
const windowOfFewMs = 50
const windowOfManyMs = 60
const manyHere = 50
/** One peer's changes are told no closer than this: ten a second. Of what comes between, the latest is. */
const betweenMs = 100
const coloursInAll = 6
const maxNameChars = 100
const maxCursorChars = 1_024
const maxCursorDepth = 8

/** Who is here and where, as the server says it: parsed once at the door, and bytes from there on (S9). */
export interface Presence {
  /** A newcomer: gets a colour, and all who are here. */
  join(peer: Peer): void
  /** Takes the peer's own entry out of an awareness update and drops the others in silence. Throws on malformed bytes. */
  show(peer: Peer, entries: Uint8Array): void
  sendAll(peer: Peer): void
  /** These client ids' owners are on disk: what is shown under them may be told. */
  settle(clients: readonly number[]): void
  leave(peer: Peer): void
  close(): void
}

interface PresenceParts {
  readonly clock: Clock
  /** Whether the peer's member may be seen under this client id, which is the member's from here on. */
  readonly claim: (peer: Peer, client: number) => boolean
  /** Whether it is on disk whose client id this is. */
  readonly isSettled: (client: number) => boolean
}

/** A peer that is here. */
interface Here {
  /** The one client id it shows; null until it shows one. */
  client: number | null
  /** What it said last and has not been told; undefined when there is nothing. Null: it shows nothing any more. */
  next: PresenceState | null | undefined
  toldAt: Instant
  stopWaiting: (() => void) | null
}

export function openPresence({ clock, claim, isSettled }: PresenceParts): Presence {
  const here = new Map<Peer, Here>()
  /** What each client shows, as an encoded entry, and which peer it belongs to. */
  const shown = new Map<number, { owner: Peer, entry: Uint8Array }>()
  const changed = new Map<number, Uint8Array>()
  const colours = new Map<string, number>()
  let lastClock = 0
  let sentAt: Instant = -Infinity
  let stopWaiting: (() => void) | null = null

  /**
   * Entries carry the server's own clock, always rising, also over restarts: a client that comes back under its old id is
   * seen at once, although its own clock stands where the others last saw it leave.
   */
  function entryOf(client: number, state: PresenceState | null): Uint8Array {
    lastClock = Math.max(lastClock + 1, clock.now())
    return encodeEntry(client, lastClock, state)
  }

  function tell(client: number, entry: Uint8Array): void {
    changed.set(client, entry)
    if (stopWaiting)
      return
    const windowMs = here.size < manyHere ? windowOfFewMs : windowOfManyMs
    // The machine's time may be set back.
    const waitMs = Math.min(sentAt + windowMs - clock.now(), windowMs)
    if (waitMs <= 0)
      return flush()
    stopWaiting = clock.after(waitMs, flush)
  }

  function flush(): void {
    stopWaiting = null
    sentAt = clock.now()
    const bytes = Buffer.concat([...changed.values()])
    const frame = presenceFrame(changed.size, [bytes])
    let at = 0
    const placeOf = new Map<number, readonly [from: number, until: number]>()
    for (const [client, entry] of changed)
      placeOf.set(client, [at, at += entry.length])
    for (const [peer, { client }] of here) {
      const own = client === null ? undefined : placeOf.get(client)
      if (!own)
        peer.sendPresence(frame)
      else if (changed.size > 1)
        peer.sendPresence(presenceFrame(changed.size - 1, [bytes.subarray(0, own[0]), bytes.subarray(own[1])]))
    }
    changed.clear()
  }

  /** Whether this entry is the peer's own: of the first id it shows, unless that is another member's. */
  function owns(peer: Peer, its: Here, client: number): boolean {
    if (its.client === null && claim(peer, client))
      its.client = client
    return its.client === client
  }

  /** Tells what the peer said last, once it may be told: its id is on disk as its member's, and its time has come. */
  function pass(peer: Peer, its: Here): void {
    const { client, next } = its
    if (client === null || next === undefined || its.stopWaiting || !isSettled(client))
      return
    const waitMs = Math.min(its.toldAt + betweenMs - clock.now(), betweenMs)
    if (waitMs > 0) {
      its.stopWaiting = clock.after(waitMs, () => {
        its.stopWaiting = null
        pass(peer, its)
      })
      return
    }
    its.next = undefined
    its.toldAt = clock.now()
    if (next === null)
      return remove(peer, client)
    const entry = entryOf(client, next)
    shown.set(client, { owner: peer, entry })
    tell(client, entry)
  }

  function remove(peer: Peer, client: number): void {
    if (shown.get(client)?.owner !== peer)
      return
    shown.delete(client)
    tell(client, entryOf(client, null))
  }

  /** One colour per member; the least used among those here. */
  function colourOf({ memberId }: Peer['member']): number {
    const known = colours.get(memberId)
    if (known !== undefined)
      return known
    const taken = [...colours.values()]
    const counts = Array.from({ length: coloursInAll }, (_, colour) => taken.filter(one => one === colour).length)
    const colour = counts.indexOf(Math.min(...counts))
    colours.set(memberId, colour)
    return colour
  }

  function sendAll(peer: Peer): void {
    const own = here.get(peer)?.client
    const entries = [...shown].filter(([client]) => client !== own).map(([, { entry }]) => entry)
    peer.sendPresence(presenceFrame(entries.length, entries))
  }

  return {
    join(peer) {
      colourOf(peer.member)
      here.set(peer, { client: null, next: undefined, toldAt: -Infinity, stopWaiting: null })
      if (shown.size > 0)
        sendAll(peer)
    },
    show(peer, entries) {
      const its = here.get(peer)
      if (!its)
        return
      for (const { client, state } of readEntries(entries)) {
        const isOwn = state === 'null' ? its.client === client : owns(peer, its, client)
        if (!isOwn || Buffer.byteLength(state) > limits.maxPresenceBytes)
          continue
        its.next = state === 'null' ? null : toPresenceState(state, { ...peer.member, colour: colourOf(peer.member) })
        pass(peer, its)
      }
    },
    sendAll,
    settle(clients) {
      for (const [peer, its] of here) {
        if (its.client !== null && clients.includes(its.client))
          pass(peer, its)
      }
    },
    leave(peer) {
      const its = here.get(peer)
      its?.stopWaiting?.()
      here.delete(peer)
      if (its && its.client !== null)
        remove(peer, its.client)
      if (![...here.keys()].some(({ member }) => member.memberId === peer.member.memberId))
        colours.delete(peer.member.memberId)
    },
    close() {
      stopWaiting?.()
      stopWaiting = null
      here.forEach(its => its.stopWaiting?.())
      here.clear()
    },
  }
}

/** What the client says, as far as it has the agreed shape; who it is, the server says. Throws when it is not JSON. */
function toPresenceState(json: string, user: PresenceState['user']): PresenceState {
  const said: unknown = JSON.parse(json)
  const { memberId, name, organisation, colour } = user
  return { user: { memberId, name, organisation, colour }, at: toAt(ownValue(said, 'at')), cursor: toCursor(ownValue(said, 'cursor')) }
}

function toAt(said: unknown): PresenceState['at'] {
  const register = ownValue(said, 'register')
  const row = ownValue(said, 'row')
  const field = ownValue(said, 'field')
  return isName(register) && isName(row) && isPlace(field) ? { register, row, field } : null
}

function toCursor(said: unknown): unknown {
  return said !== undefined && isHarmless(said) && JSON.stringify(said).length <= maxCursorChars ? said : null
}

/** Whether a value is shallow, and has no key that gives an object what nobody wrote in it. */
function isHarmless(value: unknown, depth = maxCursorDepth): boolean {
  if (typeof value !== 'object' || value === null)
    return true
  return depth > 0 && Object.entries(value).every(([key, part]) => !forbiddenKeys.has(key) && isHarmless(part, depth - 1))
}
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= maxNameChars
/** A field, or one member of a set as a row's own keys name it: `responsible/ks-rogaland`. */
const isPlace = (value: unknown): value is string =>
  typeof value === 'string' && value.split('/').length <= 2 && value.split('/').every(part => part !== '' && isName(part))

function ownValue(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
