import { guarded, most, type Block } from './block.ts'

/** A block as a table that spreadsheets and word processors take: cells alone, their words and nothing else in them. */
export function toHtml(block: Block): string {
  const rows = block.map(row => `<tr>${row.map(({ words }) => `<td>${escaped(guarded(words))}</td>`).join('')}</tr>`)
  return `<meta charset="utf-8"><table>${rows.join('')}</table>`
}

/** A break that a spreadsheet keeps within the cell. */
const lineBreak = '<br style="mso-data-placement:same-cell">'
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (words: string) => words.replace(/[&<>"]/g, sign => entities[sign] ?? sign).replace(/\r\n?|\n/g, lineBreak)

/**
 * The words of the one table in some HTML, row by row; null when there is none, or more than one. Only words are taken, from a
 * document that runs and loads nothing. What cells that span several cover is empty, as spreadsheets have it.
 */
export function readHtml(html: string, parse: (html: string) => Document): readonly (readonly string[])[] | null {
  const [table, other] = parse(bare(html)).querySelectorAll('table')
  if (!table || other)
    return null
  const rows: string[][] = []
  let cells = 0
  const trs = [...table.querySelectorAll('tr')]
  for (const [n, tr] of trs.entries()) {
    const row = rows[n] ??= []
    let at = 0
    for (const cell of tr.querySelectorAll('td, th')) {
      while (row[at] !== undefined)
        at++
      const [across, down] = [spanOf(cell, 'colspan'), Math.min(spanOf(cell, 'rowspan'), trs.length - n)]
      cells += across * down
      if (cells > most.cells)
        return null
      for (let y = n; y < n + down; y++) {
        const covered = rows[y] ??= []
        for (let x = at; x < at + across; x++)
          covered[x] ??= ''
      }
      row[at] = wordsOf(cell)
      at += across
    }
  }
  return rows.map(row => Array.from(row, words => words ?? ''))
}

/**
 * From the first table on, with tags that carry their spans alone. A spreadsheet gives each cell a style, and the page's content
 * policy would refuse them one by one, with a report for each: seconds for a large table.
 */
const bare = (html: string) => html.slice(Math.max(0, html.search(/<table/i)))
  .replace(/<([a-z][\w:-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>/gi, (tag, name: string) => `<${[name, ...tag.match(spans) ?? []].join(' ')}>`)
const spans = /\b(?:col|row)span\s*=\s*["']?\s*\d+["']?/gi

const spanOf = (cell: Element, name: string) => Math.min(Math.max(Number.parseInt(cell.getAttribute(name) ?? '', 10) || 1, 1), 1_000)

/** The words of a cell as they are read: a line for each paragraph and break, and one space where the source has any. */
function wordsOf(cell: Element): string {
  const parts: string[] = []
  const walk = (node: Node) => {
    for (const child of node.childNodes) {
      const name = child.nodeName.toLowerCase()
      if (child.nodeType === Node.TEXT_NODE)
        parts.push((child.nodeValue ?? '').replace(/[ \t\r\n\f]+/g, ' '))
      else if (name === 'br')
        parts.push('\n')
      else if (!unread.has(name)) {
        const isBlock = blocks.has(name)
        parts.push(isBlock ? blockEdge : '')
        walk(child)
        parts.push(isBlock ? blockEdge : '')
      }
    }
  }
  walk(cell)
  return parts.join('').replace(/[ \u00A0]+/g, ' ').replace(/ ?\n ?/g, '\n')
    .replace(/ ?\u0001(?:\u0001| \u0001)* ?/g, '\u0001').replace(/^\u0001|\u0001$/g, '').replace(/\n?\u0001/g, '\n').trim()
}
/** Where a paragraph begins or ends; several at one place are one line break. No text in HTML holds it. */
const blockEdge = '\u0001'
const blocks: ReadonlySet<string> = new Set(['p', 'div', 'li', 'ul', 'ol', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote'])
const unread: ReadonlySet<string> = new Set(['script', 'style', 'template', '#comment'])
