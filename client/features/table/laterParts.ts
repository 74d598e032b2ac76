import { later, laterModule } from '../../ui/later.ts'

/** What a table opens at a press, with all the editors behind it. */
export const CellEditor = later(() => import('./CellEditor.vue'))
export const MoveDialog = later(() => import('./MoveDialog.vue'))
export const BulkChange = later(() => import('./BulkChange.vue'))
/** What reads people's words into values, for what is pasted. */
export const readingWords = laterModule(() => import('./clipboard/fit.ts'))
