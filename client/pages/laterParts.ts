import { mending } from '../plan/mending.ts'
import { later, laterModule } from '../ui/later.ts'
import PartNotThere from '../ui/PartNotThere.vue'

/** What is needed when something could not be saved: most never meet it. */
export const LeftList = later(() => import('../features/left/LeftList.vue'), PartNotThere)
laterModule(mending)
