import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { PresenceState } from '#shared/protocol/api.ts'
import { encodePresence } from '#shared/protocol/frames.ts'
import { limits } from '#shared/protocol/limits.ts'
import type { Instant } from '#shared/plan/values.ts'
import type { Clock } from '../time/clock.ts'
import type { Peer } from './peer.ts'

/** Presence changes of one window go out together, the latest of each. */
const windowMs = 50
const coloursInAll = 6
const maxNameChars = 100
const maxCursorChars = 1_024

/** Who is here and where, as the server says it: parsed once at the door, and bytes from there on (S9). */
export interface Presence {
  /** A newcomer: gets a colour, and all who are here. */
  join(peer: Peer): void
  /** Takes the peer's own entry out of an awareness update and drops the others in silence. Throws on malformed bytes. */
  show(peer: Peer, entries: Uint8Array): void
  sendAll(peer: Peer): void
  leave(peer: Peer): void
  close(): void
}

export function openPresence({ clock }: { clock: Clock }): Presence {
  /** The peers here, each with the one client id it shows (null until it shows one). */
  const clientOf = new Map<Peer, number | null>()
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
  function encodeEntry(client: number, state: PresenceState | null): Uint8Array {
    lastClock = Math.max(lastClock + 1, clock.now())
    return encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, lastClock)
      encoding.writeVarString(encoder, JSON.stringify(state))
    })
  }

  function tell(client: number, entry: Uint8Array): void {
    changed.set(client, entry)
    if (stopWaiting)
      return
    const waitMs = sentAt + windowMs - clock.now()
    if (waitMs <= 0)
      return flush()
    stopWaiting = clock.after(waitMs, flush)
  }

  function flush(): void {
    stopWaiting = null
    sentAt = clock.now()
    const frame = encodeEntries([...changed.values()])
    for (const [peer, client] of clientOf) {
      if (client === null || !changed.has(client))
        peer.sendPresence(frame)
      else if (changed.size > 1)
        peer.sendPresence(encodeEntries([...changed].filter(([id]) => id !== client).map(([, entry]) => entry)))
    }
    changed.clear()
  }

  /** Whether this entry is the peer's own: the first id it shows, unless that is another member's. */
  function owns(peer: Peer, client: number): boolean {
    const own = clientOf.get(peer)
    if (own !== null)
      return own === client
    const other = shown.get(client)?.owner
    if (other && other !== peer && other.member.memberId !== peer.member.memberId)
      return false
    clientOf.set(peer, client)
    return true
  }

  function remove(peer: Peer): void {
    const client = clientOf.get(peer) ?? null
    if (client === null || shown.get(client)?.owner !== peer)
      return
    shown.delete(client)
    tell(client, encodeEntry(client, null))
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
    const own = clientOf.get(peer)
    const entries = [...shown].filter(([client]) => client !== own).map(([, { entry }]) => entry)
    peer.sendPresence(encodeEntries(entries))
  }

  return {
    join(peer) {
      colourOf(peer.member)
      clientOf.set(peer, null)
      if (shown.size > 0)
        sendAll(peer)
    },
    show(peer, entries) {
      if (!clientOf.has(peer))
        return
      for (const { client, state } of readEntries(entries)) {
        if (state === 'null') {
          if (clientOf.get(peer) === client)
            remove(peer)
          continue
        }
        if (!owns(peer, client) || Buffer.byteLength(state) > limits.maxPresenceBytes)
          continue
        const entry = encodeEntry(client, toPresenceState(state, { ...peer.member, colour: colourOf(peer.member) }))
        shown.set(client, { owner: peer, entry })
        tell(client, entry)
      }
    },
    sendAll,
    leave(peer) {
      remove(peer)
      clientOf.delete(peer)
      if (![...clientOf.keys()].some(({ member }) => member.memberId === peer.member.memberId))
        colours.delete(peer.member.memberId)
    },
    close() {
      stopWaiting?.()
      stopWaiting = null
    },
  }
}

function readEntries(bytes: Uint8Array): { client: number, state: string }[] {
  const decoder = decoding.createDecoder(bytes)
  const entries: { client: number, state: string }[] = []
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder)
    decoding.readVarUint(decoder)
    entries.push({ client, state: decoding.readVarString(decoder) })
  }
  if (decoding.hasContent(decoder))
    throw new Error('bytes after the last presence entry')
  return entries
}

function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  return encodePresence(encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length)
    entries.forEach(entry => encoding.writeUint8Array(encoder, entry))
  }))
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
  return isName(register) && isName(row) && isName(field) ? { register, row, field } : null
}

function toCursor(said: unknown): unknown {
  if (said === undefined || said === null)
    return null
  return JSON.stringify(said).length <= maxCursorChars ? said : null
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= maxNameChars

function ownValue(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
