import { later, laterModule } from '../../ui/later.ts'
import PartNotThere from './PartNotThere.vue'

/** What a table opens at a press, with all the editors behind it. */
export const CellEditor = later(() => import('./CellEditor.vue'), PartNotThere)
export const MoveDialog = later(() => import('./MoveDialog.vue'), PartNotThere)
export const BulkChange = later(() => import('./BulkChange.vue'), PartNotThere)
/** What reads people's words into values, for what is pasted. */
export const readingWords = laterModule(() => import('./clipboard/fit.ts'))
