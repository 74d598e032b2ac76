import type { ComputedRef } from 'vue'
import { newPlan as nb, type NewPlanText } from './newPlan.nb.ts'
import { newPlan as nn } from './newPlan.nn.ts'
import { useOwnText } from './ownText.ts'

/** What is said where plans are made, and taken away again. */
export const useNewPlanText = (): ComputedRef<NewPlanText> => useOwnText({ nb, nn })
