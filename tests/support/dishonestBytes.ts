import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

/** A unit of a document: a client id and a clock. */
export type Unit = readonly [client: number, clock: number]

/** What an item holds, as the wire numbers it. `any` also takes bytes that are written as they are. */
export type Content =
  | { readonly deleted: number }
  | { readonly json: readonly unknown[] }
  | { readonly binary: Uint8Array }
  | { readonly words: string }
  | { readonly embed: unknown }
  | { readonly mark: string, readonly value: unknown }
  | { readonly type: 'array' | 'map' | 'text' | 'fragment' | 'xmlText' }
  | { readonly node: string }
  | { readonly hook: string }
  | { readonly any: readonly unknown[] }
  | { readonly anyBytes: Uint8Array, readonly count: number }
  | { readonly doc: string }
  | { readonly raw: Uint8Array, readonly ref: number, readonly length: number }

export const words = (text: string): Content => ({ words: text })
export const valued = (...values: unknown[]): Content => ({ any: values })

/** A struct as a forger writes it: nothing is checked. */
export type Forged =
  | { readonly gc: number }
  | { readonly skip: number }
  | {
    readonly origin?: Unit | undefined
    readonly right?: Unit | undefined
    /** A root's name, or the unit of the item that holds the type. Written where neither neighbour is. */
    readonly parent?: string | Unit
    readonly key?: string | undefined
    readonly content: Content
  }

export interface ForgedUpdate {
  readonly structs?: readonly (readonly [client: number, clock: number, structs: readonly Forged[]])[]
  readonly deletes?: readonly (readonly [client: number, ranges: readonly (readonly [clock: number, length: number])[]])[]
}

/** An update's bytes, hand-made. */
export function forge({ structs = [], deletes = [] }: ForgedUpdate): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, structs.length)
    for (const [client, clock, forged] of structs) {
      ;[forged.length, client, clock].forEach(number => encoding.writeVarUint(encoder, number))
      forged.forEach(struct => writeStruct(encoder, struct))
    }
    encoding.writeVarUint(encoder, deletes.length)
    for (const [client, ranges] of deletes) {
      ;[client, ranges.length, ...ranges.flat()].forEach(number => encoding.writeVarUint(encoder, number))
    }
  })
}

/** How many clocks a struct takes. */
export function lengthOf(struct: Forged): number {
  if ('gc' in struct)
    return struct.gc
  if ('skip' in struct)
    return struct.skip
  const { content } = struct
  if ('words' in content)
    return content.words.length
  if ('deleted' in content)
    return content.deleted
  if ('json' in content)
    return content.json.length
  if ('any' in content)
    return content.any.length
  if ('anyBytes' in content)
    return content.count
  return 'raw' in content ? content.length : 1
}

function writeStruct(encoder: encoding.Encoder, struct: Forged): void {
  if ('gc' in struct || 'skip' in struct) {
    encoding.writeUint8(encoder, 'gc' in struct ? 0 : 10)
    return encoding.writeVarUint(encoder, 'gc' in struct ? struct.gc : struct.skip)
  }
  const { origin, right, parent, key, content } = struct
  encoding.writeUint8(encoder, refOf(content) | (origin ? 128 : 0) | (right ? 64 : 0) | (key === undefined ? 0 : 32))
  for (const unit of [origin, right])
    unit?.forEach(number => encoding.writeVarUint(encoder, number))
  if (!origin && !right) {
    encoding.writeVarUint(encoder, typeof parent === 'string' ? 1 : 0)
    if (typeof parent === 'string')
      encoding.writeVarString(encoder, parent)
    else
      (parent ?? [0, 0]).forEach(number => encoding.writeVarUint(encoder, number))
    if (key !== undefined)
      encoding.writeVarString(encoder, key)
  }
  writeContent(encoder, content)
}

function refOf(content: Content): number {
  if ('raw' in content)
    return content.ref
  const [first = ''] = Object.keys(content)
  return { deleted: 1, json: 2, binary: 3, words: 4, embed: 5, mark: 6, type: 7, node: 7, hook: 7, any: 8, anyBytes: 8, doc: 9 }[first] ?? 0
}

const typeRefs = { array: 0, map: 1, text: 2, fragment: 4, xmlText: 6 } as const

function writeContent(encoder: encoding.Encoder, content: Content): void {
  const number = (value: number) => encoding.writeVarUint(encoder, value)
  const words = (value: string) => encoding.writeVarString(encoder, value)
  if ('raw' in content)
    return encoding.writeUint8Array(encoder, content.raw)
  if ('deleted' in content)
    return number(content.deleted)
  if ('json' in content) {
    number(content.json.length)
    return content.json.forEach(value => words(value === undefined ? 'undefined' : JSON.stringify(value)))
  }
  if ('binary' in content)
    return encoding.writeVarUint8Array(encoder, content.binary)
  if ('words' in content)
    return words(content.words)
  if ('embed' in content)
    return words(JSON.stringify(content.embed))
  if ('mark' in content) {
    words(content.mark)
    return words(typeof content.value === 'string' && content.value.startsWith('[[') ? content.value : JSON.stringify(content.value))
  }
  if ('type' in content)
    return number(typeRefs[content.type])
  if ('node' in content || 'hook' in content) {
    number('node' in content ? 3 : 5)
    return words('node' in content ? content.node : content.hook)
  }
  if ('any' in content) {
    number(content.any.length)
    return content.any.forEach(value => encoding.writeAny(encoder, value as never))
  }
  if ('anyBytes' in content) {
    number(content.count)
    return encoding.writeUint8Array(encoder, content.anyBytes)
  }
  words(content.doc)
  encoding.writeAny(encoder, {})
}

/** A value for `anyBytes`, written by hand: keys are taken as they are, `__proto__` too. */
export function anyObject(entries: readonly (readonly [key: string, value: unknown])[]): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeUint8(encoder, 118)
    encoding.writeVarUint(encoder, entries.length)
    for (const [key, value] of entries) {
      encoding.writeVarString(encoder, key)
      if (value instanceof Written)
        encoding.writeUint8Array(encoder, value.bytes)
      else
        encoding.writeAny(encoder, value as never)
    }
  })
}
/** A value that is written already. */
export class Written {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** JSON-like lists in one another, as the wire carries them. Made by hand: deep ones run encoders out of stack. */
export function anyDeep(depth: number): Uint8Array {
  return encoding.encode((encoder) => {
    for (let n = 0; n < depth; n++)
      [117, 1].forEach(byte => encoding.writeUint8(encoder, byte))
    encoding.writeUint8(encoder, 126)
  })
}

/** An update as it can be written again with changes. */
export interface Taken {
  structs: [client: number, clock: number, structs: Forged[]][]
  deletes: [client: number, ranges: [clock: number, length: number][]][]
}

/** Takes an honest update apart. */
export function takeApart(update: Uint8Array): Taken {
  const { structs, ds } = Y.decodeUpdate(update)
  const taken: Taken = { structs: [], deletes: [] }
  for (const struct of structs) {
    const last = taken.structs.at(-1)
    const forged = toForged(struct)
    if (last?.[0] === struct.id.client)
      last[2].push(forged)
    else
      taken.structs.push([struct.id.client, struct.id.clock, [forged]])
  }
  for (const [client, ranges] of ds.clients)
    taken.deletes.push([client, ranges.map(({ clock, len }) => [clock, len])])
  return taken
}

function toForged(struct: Y.Item | Y.GC | Y.Skip): Forged {
  if (struct instanceof Y.GC)
    return { gc: struct.length }
  if (struct instanceof Y.Skip)
    return { skip: struct.length }
  const unit = (id: Y.ID | null): Unit | undefined => id ? [id.client, id.clock] : undefined
  const parent: unknown = struct.parent
  return {
    origin: unit(struct.origin),
    right: unit(struct.rightOrigin),
    ...(typeof parent === 'string' ? { parent } : parent instanceof Y.ID ? { parent: [parent.client, parent.clock] as const } : {}),
    key: struct.parentSub ?? undefined,
    content: contentOf(struct),
  }
}

/** The content's own bytes, as Yjs writes them. */
function contentOf(item: Y.Item): Content {
  if (item.content instanceof Y.ContentString)
    return { words: item.content.str }
  if (item.content instanceof Y.ContentDeleted)
    return { deleted: item.content.len }
  if (item.content instanceof Y.ContentAny)
    return { any: item.content.arr }
  const encoder = new Y.UpdateEncoderV1()
  item.content.write(encoder, 0)
  return { raw: encoder.toUint8Array(), ref: item.content.getRef(), length: item.length }
}

/** The unit a type's or value's item begins with. */
export function unitOf(item: Y.Item | null | undefined): Unit {
  if (!item)
    throw new Error('no such item')
  return [item.id.client, item.id.clock]
}
