import type * as Y from 'yjs'
import type { Instant } from '#shared/plan/values.ts'

/** Whether somebody is writing in a page, so that nobody is stopped in the middle of a word. */
export interface Writing {
  /** Nothing has been written for a moment. */
  isAtRest(): boolean
  /** Resolves when that is so, at the latest after some seconds. */
  atRest(): Promise<void>
  close(): void
}

/** What tells that somebody writes where it is not in the document yet, or never comes there: a draft, an input method's word. */
const signs = ['input', 'compositionstart', 'compositionupdate']

export function openWriting({ doc, page, now, quietMs = 600, patienceMs = 5_000 }: {
  readonly doc: Y.Doc
  /** The window in which it is written; null where there is none. */
  readonly page: EventTarget | null
  readonly now: () => Instant
  readonly quietMs?: number
  readonly patienceMs?: number
}): Writing {
  let wroteAt: Instant = -Infinity
  const write = () => {
    wroteAt = now()
  }
  const onUpdate = (_update: Uint8Array, _origin: unknown, _doc: Y.Doc, { local }: Y.Transaction) => local && write()
  doc.on('update', onUpdate)
  for (const sign of signs)
    page?.addEventListener(sign, write, { capture: true })

  const restMs = () => Math.max(0, wroteAt + quietMs - now())

  return {
    isAtRest: () => restMs() === 0,
    atRest: () => new Promise((resolve) => {
      const patience = setTimeout(end, patienceMs)
      let quiet: ReturnType<typeof setTimeout> | undefined
      look()
      function look() {
        if (restMs() === 0)
          end()
        else
          quiet = setTimeout(look, restMs())
      }
      function end() {
        clearTimeout(quiet)
        clearTimeout(patience)
        resolve()
      }
    }),
    close() {
      doc.off('update', onUpdate)
      for (const sign of signs)
        page?.removeEventListener(sign, write, { capture: true })
    },
  }
}
