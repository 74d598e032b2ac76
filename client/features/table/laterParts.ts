import { later } from '../../ui/later.ts'

/** What a table opens at a press, with all the editors behind it. */
export const CellEditor = later(() => import('./CellEditor.vue'))
export const MoveDialog = later(() => import('./MoveDialog.vue'))
export const BulkChange = later(() => import('./BulkChange.vue'))
