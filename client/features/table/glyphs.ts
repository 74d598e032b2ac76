import { registers } from '#shared/plan/registers.ts'
import type { Glyph } from '../../ui/StatusGlyph.vue'

const glyphs: Readonly<Record<string, Glyph>> = {
  'not-started': 'dashed', 'in-progress': 'half', 'done': 'done', 'postponed': 'pause', 'cancelled': 'slash',
  'existing': 'done', 'developing': 'half', 'revitalising': 'half', 'new': 'half', 'considering-reestablishing': 'dashed', 'ended': 'slash',
}

const risks: readonly string[] = registers.activities.risk.options
/** How many steps of four a risk is; 0 for other choices. */
export const stepOf = (field: string, value: unknown) => field === 'risk' && typeof value === 'string' ? risks.indexOf(value) + 1 : 0

/** The sign of a status or a state; undefined for other choices. */
export const glyphOf = (field: string, value: string) =>
  field === 'status' || field === 'state' ? glyphs[value] : undefined
