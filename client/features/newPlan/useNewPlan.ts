import { computed, reactive, ref, shallowRef, toRefs, watch, type Ref } from 'vue'
import {
  carriedParts, isPeriod, refusalOfTitle, type CarriedPart, type NewPlanChoices, type NewPlanOrigin, type NewPlanRefusal, type SourceSummary,
  type ToCarryAnswer,
} from '#shared/protocol/newPlan.ts'
import { useLanguage } from '../../text/index.ts'
import { useNewPlanText } from '../../text/newPlan.ts'
import { makePlan, newKey, readToCarry, type Found, type MakingEnd } from './asking.ts'

/** What a person has chosen for a new plan, and what becomes of it. Title and period follow the choice until they are written in. */
export function useNewPlan(choices: NewPlanChoices) {
  const { language: spoken } = useLanguage()
  const words = useNewPlanText()
  const kind = ref<'template' | 'plan'>(choices.sources.length > 0 ? 'plan' : 'template')
  const templateId = ref(choices.templates[0]?.id ?? '')
  const regionId = ref(choices.regions[0]?.id ?? '')
  const language = ref<'nb' | 'nn'>(spoken.value)
  const planId = ref(choices.sources[0]?.planId ?? '')
  const chosen = reactive(new Set<CarriedPart>(carriedParts))
  const networks = ref<'running' | 'all'>('running')
  const withMembers = ref(false)
  const toCarry = shallowRef<Found<ToCarryAnswer>>({ state: 'asking' })

  const template = computed(() => choices.templates.find(one => one.id === templateId.value) ?? null)
  const source = computed(() => choices.sources.find(one => one.planId === planId.value) ?? null)
  const counts = computed(() => toCarry.value.state === 'found' ? toCarry.value.answer.counts : null)

  const suggestedPeriod = computed(() => kind.value === 'template'
    ? { from: template.value?.periodFrom ?? null, to: template.value?.periodTo ?? null }
    : yearAfter(source.value))
  const writtenFrom = ref<string | null>(null)
  const writtenTo = ref<string | null>(null)
  const periodFrom = orSuggested(writtenFrom, () => String(suggestedPeriod.value.from ?? ''))
  const periodTo = orSuggested(writtenTo, () => String(suggestedPeriod.value.to ?? ''))
  const suggestedTitle = computed(() => {
    const period = words.value.years(Number(periodFrom.value) || null, Number(periodTo.value) || null)
    if (kind.value === 'plan')
      return source.value ? titleAfter(source.value, period) : ''
    return template.value ? words.value.titleFrom(template.value.name[language.value], period).trim() : ''
  })
  const writtenTitle = ref<string | null>(null)
  const title = orSuggested(writtenTitle, () => suggestedTitle.value)
  watch([kind, planId, templateId], () => {
    writtenTitle.value = writtenFrom.value = writtenTo.value = null
  })

  async function look() {
    const asked = planId.value
    toCarry.value = { state: 'asking' }
    const found = await readToCarry(asked)
    if (asked === planId.value)
      toCarry.value = found
  }
  watch([kind, planId], () => {
    if (kind.value === 'plan' && planId.value)
      void look()
  }, { immediate: true })

  const carry = computed(() => ({ parts: carriedParts.filter(part => chosen.has(part)), networks: networks.value }))
  const origin = computed<NewPlanOrigin>(() => kind.value === 'template'
    ? { kind: 'template', templateId: templateId.value, regionId: regionId.value, language: language.value }
    : { kind: 'plan', planId: planId.value, carry: carry.value, withMembers: withMembers.value })

  const wrongTitle = computed(() => refusalOfTitle(title.value))
  const wrongPeriod = computed((): NewPlanRefusal | null => isPeriod(yearIn(periodFrom.value), yearIn(periodTo.value)) ? null : 'not-a-period')
  const isReady = computed(() => kind.value === 'template' ? template.value !== null : toCarry.value.state === 'found')

  const end = shallowRef<MakingEnd | null>(null)
  const isMaking = ref(false)
  /** The same plan is asked for with the same key, so that it is made once; another one has its own. */
  let asked = { words: '', key: '' }
  async function make(): Promise<void> {
    if (isMaking.value || wrongTitle.value || wrongPeriod.value || !isReady.value)
      return
    const request = { title: title.value.trim(), periodFrom: Number(periodFrom.value), periodTo: Number(periodTo.value), origin: origin.value }
    const words = JSON.stringify(request)
    if (words !== asked.words)
      asked = { words, key: newKey() }
    isMaking.value = true
    end.value = null
    end.value = await makePlan(asked.key, request)
    isMaking.value = false
  }
  /** From here on the same words are another plan. */
  function beginAnew(): void {
    asked = { words: '', key: '' }
    end.value = null
  }

  const chosenSoFar = reactive({ kind, templateId, regionId, language, planId, networks, withMembers, title, periodFrom, periodTo })
  const put = (change: Partial<typeof chosenSoFar>) => void Object.assign(chosenSoFar, change)
  function putPart(part: CarriedPart, isIn: boolean): void {
    if (isIn)
      chosen.add(part)
    else
      chosen.delete(part)
  }

  return reactive({
    ...toRefs(chosenSoFar), put, chosen, putPart, toCarry, template, source, counts, wrongTitle, wrongPeriod, isReady, isMaking, end, make, look,
    beginAnew,
  })
}
export type NewPlan = ReturnType<typeof useNewPlan>

/** What was written; until then what is suggested. */
const orSuggested = (written: Ref<string | null>, suggested: () => string) =>
  computed({ get: () => written.value ?? suggested(), set: (words) => { written.value = words } })

function yearAfter(source: SourceSummary | null): { from: number | null, to: number | null } {
  const last = source?.periodTo ?? source?.periodFrom ?? null
  return last === null ? { from: null, to: null } : { from: last + 1, to: last + 1 }
}

/** The title of the plan before with the new years in place of its own, where they stand in it. */
function titleAfter({ title, periodFrom, periodTo }: SourceSummary, period: string): string {
  if (periodFrom === null || !period)
    return title
  const own = periodTo === null || periodTo === periodFrom ? `${periodFrom}` : `${periodFrom}\\s*[-–]\\s*${periodTo}`
  return title.replace(new RegExp(own), period)
}

const yearIn = (words: string): number | null => /^\s*\d{4}\s*$/.test(words) ? Number(words) : null
