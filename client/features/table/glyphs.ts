import type { Glyph } from '../../ui/StatusGlyph.vue'

const glyphs: Readonly<Record<string, Glyph>> = {
  'not-started': 'dashed', 'in-progress': 'half', 'done': 'done', 'postponed': 'pause', 'cancelled': 'slash',
  'existing': 'done', 'developing': 'half', 'revitalising': 'half', 'new': 'half', 'considering-reestablishing': 'dashed', 'ended': 'slash',
}

/** The sign of a status or a state; undefined for other choices. */
export const glyphOf = (field: string, value: string) =>
  field === 'status' || field === 'state' ? glyphs[value] : undefined
