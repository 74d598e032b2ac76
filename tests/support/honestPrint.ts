import * as Y from 'yjs'

/** What a document says apart from how it is stored: every list and map in order, deleted units among them. */
export function fingerprint(doc: Y.Doc): string {
  const roots = [...doc.share].filter(([, type]) => type._start !== null || type._map.size > 0).sort(([a], [b]) => a < b ? -1 : 1)
  const deletes = [...Y.createDeleteSetFromStructStore(doc.store).clients].sort(([a], [b]) => a - b)
  const vector = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b)
  return JSON.stringify([roots.map(([name, type]) => [name, printOf(type as Y.AbstractType<unknown>)]), vector, deletes])
}

function printOf(type: Y.AbstractType<unknown>): unknown {
  const list = chainOf(type._start)
  const keys = [...type._map].sort(([a], [b]) => a < b ? -1 : 1).map(([key, last]) => {
    let first = last
    while (first.left)
      first = first.left
    return [key, chainOf(first)]
  })
  return [type.constructor.name, type instanceof Y.XmlElement ? type.nodeName : '', list, keys]
}

function chainOf(first: Y.Item | null): unknown[] {
  const runs: unknown[] = []
  let open: { client: number, end: number, deleted: boolean, run: unknown[] } | null = null
  for (let item = first; item; item = item.right) {
    const { id: { client, clock }, length, deleted } = item
    const content = deleted ? '' : contentOf(item)
    if (open && open.client === client && open.end === clock && open.deleted === deleted && (deleted || typeof content === 'string')) {
      open.end += length
      open.run[1] = Number(open.run[1]) + length
      open.run[3] = String(open.run[3]) + String(content)
      continue
    }
    const run: unknown[] = [`${client}:${clock}`, length, deleted, content]
    runs.push(run)
    open = typeof content === 'string' ? { client, end: clock + length, deleted, run } : null
  }
  return runs
}

function contentOf({ content }: Y.Item): unknown {
  if (content instanceof Y.ContentString)
    return content.str
  if (content instanceof Y.ContentType)
    return [printOf(content.type as Y.AbstractType<unknown>)]
  if (content instanceof Y.ContentFormat)
    return [content.key, content.value]
  return content.getContent()
}
