import type { LeftChange } from '../../plan/left.ts'
import type { Names } from '../../text/cellWords.ts'
import { changesAsText } from '../../text/changesFile.ts'
import { clock, type Text } from '../../text/index.ts'
import type { LeftReasons } from '../../text/leftReasons.nb.ts'

/** All that could not be saved, as text a person can read and paste back. */
export function leftAsText(
  changes: readonly LeftChange[], title: string, { text, names, reasons }: { text: Text, names: Names, reasons: LeftReasons }, now = Date.now(),
): string {
  return changesAsText(changes, {
    head: text.left.fileHead(title, clock(now, text, 0)),
    empty: text.left.empty,
    text,
    names,
    now,
    noteOf: (_change, n) => `(${reasons[changes[n]?.why ?? 'changed-since'].why})`,
  })
}
