import { most, toBlock, type Block } from './block.ts'
import { readHtml, toHtml } from './html.ts'
import { ownType, readOwn, toOwn } from './own.ts'
import { readTsv, toTsv } from './tsv.ts'

/** The part of a clipboard event's `DataTransfer` that is used here. */
export interface Transfer {
  getData(type: string): string
  setData(type: string, data: string): void
}

/**
 * Puts a block on the clipboard in three forms: values for this plan (`source` names it), a table, and text with tabs.
 *
 * In the two that leave us, words a spreadsheet would run as a formula (they begin with = + - @, a tab or a return) are given
 * a leading apostrophe, in the table too, since spreadsheets take that first and run what stands in it. The price is an
 * apostrophe before «- punkt» in a letter; the gain is that nobody's words become another's program. Within the plan nothing
 * is changed: the values stand in our own form, and `readClipboard` takes the apostrophe away again where only words are left.
 */
export function writeClipboard(block: Block, transfer: Transfer, source: string): void {
  transfer.setData('text/plain', toTsv(block))
  transfer.setData('text/html', toHtml(block))
  transfer.setData(ownType, toOwn(block, source))
}

/**
 * What the clipboard holds as a rectangle of cells: our own form, else a table, else text with tabs. Null when it holds no
 * words, or more than we take. Total: what it holds is anybody's.
 */
export function readClipboard(transfer: Transfer, source: string, parse = parseInert): Block | null {
  const held = (type: string) => {
    const data = transfer.getData(type)
    return data.length <= most.chars ? data : ''
  }
  const own = held(ownType)
  const block = own === '' ? null : readOwn(own, source)
  if (block)
    return block
  const html = held('text/html')
  const table = /<table/i.test(html) ? readHtml(html, parse) : null
  const plain = held('text/plain')
  return (table && toBlock(table)) ?? (plain === '' ? null : toBlock(readTsv(plain)))
}

const parseInert = (html: string) => new DOMParser().parseFromString(html, 'text/html')
