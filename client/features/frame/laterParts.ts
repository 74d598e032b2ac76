import { later } from '../../ui/later.ts'
import PartNotThere from '../../ui/PartNotThere.vue'

/** Nobody else is here before the plan is. */
export const PeopleHere = later(() => import('./PeopleHere.vue'), PartNotThere)
