import * as Y from 'yjs'
import type { Field, RegisterName } from './fields.ts'
import { byCodeUnit } from './kinds.ts'
import { serverClientId } from './lay.ts'
import { newDocument, rowMap } from './plan.ts'
import { fieldsOf, headId, registerNames, schemaVersion } from './registers.ts'

/** The plan was written by a newer server: it holds what this one cannot read, and must not be opened by it. */
export class NewerPlanError extends Error {
  override readonly name = 'NewerPlanError'
}

/**
 * What a stored plan of an older schema lacks, as one Yjs update: every nested type that the declaration has and a row has not,
 * in trashed rows too, and the version in the head. Null when the plan is as new as the declaration, or has no head.
 * Throws {@link NewerPlanError} when it is newer.
 *
 * `doc` must hold all of the plan, and is not changed. The same content gives the same bytes, under the server's client id, which
 * goes on where its last content ended; so it is for the server alone, before anybody has joined (D3, D24).
 */
export function migrationOf(doc: Y.Doc): Uint8Array | null {
  const version = storedVersion(doc)
  if (version === null || version === schemaVersion)
    return null
  if (version > schemaVersion)
    throw new NewerPlanError(`the plan is of schema version ${version}, and this server knows ${schemaVersion}`)
  const copy = newDocument()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  copy.clientID = serverClientId
  // Of one transaction alone: the whole state would name every deletion the plan has known.
  let migration: Uint8Array | null = null
  copy.on('update', (update: Uint8Array) => { migration = update })
  copy.transact(() => {
    registerNames.forEach(register => layMissing(copy, register))
    rowMap(copy, 'plan', headId)?.set('schemaVersion', schemaVersion)
  })
  copy.destroy()
  return migration
}

/**
 * Null without a head; 0 where no server has said which version it is. A member may write whatever number there, and must not
 * shut everybody out by it: then nothing that is there is laid again, and the head says the version once more.
 */
function storedVersion(doc: Y.Doc): number | null {
  const head = rowMap(doc, 'plan', headId)
  if (!head)
    return null
  const version = head.get('schemaVersion')
  const isServers = head._map.get('schemaVersion')?.id.client === serverClientId
  return isServers && typeof version === 'number' && Number.isSafeInteger(version) ? version : 0
}

/** Rows in the order of their ids: that in which a document has them follows from how it was put together. */
function layMissing(doc: Y.Doc, register: RegisterName): void {
  const nested = fieldsOf(register).filter(([, { kind }]) => kind in emptyTypes)
  for (const id of nested.length > 0 ? [...doc.getMap(register).keys()].sort(byCodeUnit) : []) {
    const row = rowMap(doc, register, id)
    for (const [name, { kind }] of nested) {
      if (row && !row.has(name))
        row.set(name, emptyTypes[kind]?.())
    }
  }
}

const emptyTypes: { readonly [K in Field['kind']]?: () => Y.Text | Y.XmlFragment } = {
  text: () => new Y.Text(),
  richText: () => new Y.XmlFragment(),
}
