import { later, laterModule } from '../../ui/later.ts'
import PartNotThere from '../../ui/PartNotThere.vue'

/** What a table opens at a press, with all the editors behind it. */
export const CellEditor = later(() => import('./CellEditor.vue'), PartNotThere)
export const MoveDialog = later(() => import('./MoveDialog.vue'), PartNotThere)
export const DetailPanel = later(() => import('./panel/DetailPanel.vue'), PartNotThere)
export const PlanCards = later(() => import('./PlanCards.vue'), PartNotThere)
export const CaretLayer = later(() => import('./CaretLayer.vue'), PartNotThere)
export const FreshMark = later(() => import('./FreshMark.vue'), PartNotThere)
export const SelectionBar = later(() => import('./SelectionBar.vue'), PartNotThere)
export const ViewChoices = later(() => import('./ViewChoices.vue'), PartNotThere)
export const PlanColumns = later(() => import('./columns/PlanColumns.vue'), PartNotThere)
/** What is told of networks and municipalities beside their title. */
export const TableFacts = later(() => import('./facts/TableFacts.vue'), PartNotThere)
export const BulkChange = later(() => import('./BulkChange.vue'), PartNotThere)
/** What reads recurrences as times of the year, for a filter. */
export const readingTimes = laterModule(() => import('./whenTimes.ts'))
/** What reads people's words into values, for what is pasted. */
export const readingWords = laterModule(() => import('./clipboard/fit.ts'))
