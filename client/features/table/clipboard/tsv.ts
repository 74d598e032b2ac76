import { guarded, most, type Block } from './block.ts'

/** A block as spreadsheets give and take it: tabs between cells, CRLF between rows, quotes around what holds any of these. */
export function toTsv(block: Block): string {
  return block.map(row => row.map(({ words }) => quoted(guarded(words))).join('\t')).join('\r\n')
}
const quoted = (words: string) => /[\t\r\n"]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words

/**
 * Rows of words from text with tabs and line breaks. A cell in quotes may hold both, and a quote as two; where what follows
 * the closing quote is no end of a cell, the quotes are people's own. Each letter is looked at a few times at the most. Nothing
 * where there are too many cells.
 */
export function readTsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  const end = text.endsWith('\r\n') ? text.length - 2 : /[\r\n]$/.test(text) ? text.length - 1 : text.length
  for (let count = 1; count <= most.cells; count++) {
    const cell = (text[at] === '"' ? readQuoted(text, at) : null) ?? readPlain(text, at)
    row.push(cell.words)
    if (text[cell.end] === '\t' && cell.end < end) {
      at = cell.end + 1
      continue
    }
    rows.push(row)
    if (cell.end >= end)
      return rows
    row = []
    at = cell.end + (text.startsWith('\r\n', cell.end) ? 2 : 1)
  }
  return []
}

interface ReadCell { readonly words: string, readonly end: number }

function readPlain(text: string, at: number): ReadCell {
  const stop = /[\t\r\n]/g
  stop.lastIndex = at
  const end = stop.exec(text)?.index ?? text.length
  return { words: text.slice(at, end), end }
}

function readQuoted(text: string, at: number): ReadCell | null {
  for (let from = at + 1; ;) {
    const quote = text.indexOf('"', from)
    const next = text[quote + 1]
    if (quote >= 0 && next === '"') {
      from = quote + 2
      continue
    }
    const isClosed = quote >= 0 && (next === undefined || next === '\t' || next === '\r' || next === '\n')
    return isClosed ? { words: text.slice(at + 1, quote).replaceAll('""', '"').replace(/\r\n?/g, '\n'), end: quote + 1 } : null
  }
}
