import type * as Y from 'yjs'

/**
 * Resolves when nobody has written in the document for a moment, so that nobody is stopped in the middle of a word; at the
 * latest after some seconds.
 */
export function atRest(doc: Y.Doc, { quietMs = 600, patienceMs = 5_000 } = {}): Promise<void> {
  return new Promise((resolve) => {
    let quiet = setTimeout(end, quietMs)
    const patience = setTimeout(end, patienceMs)
    const wait = () => {
      clearTimeout(quiet)
      quiet = setTimeout(end, quietMs)
    }
    doc.on('update', wait)
    function end() {
      clearTimeout(quiet)
      clearTimeout(patience)
      doc.off('update', wait)
      resolve()
    }
  })
}
