import { mending } from '../plan/mending.ts'
import { later, laterModule } from '../ui/later.ts'
import PartNotThere from '../ui/PartNotThere.vue'

/** What is needed when something could not be saved: most never meet it. */
export const LeftList = later(() => import('../features/left/LeftList.vue'), PartNotThere)
laterModule(mending)

/** What whoever is removed while the plan stands open meets in its place. */
export const RemovedNote = later(() => import('./RemovedNote.vue'), PartNotThere)

/** In again where the session has ended: fetched while there is a line, since it may be gone by then. */
export const SignInDialog = later(() => import('../features/signIn/SignInDialog.vue'), PartNotThere)
/** What whoever is not signed in meets in place of the plan. */
export const SignInCard = later(() => import('../features/signIn/SignInCard.vue'), PartNotThere)
