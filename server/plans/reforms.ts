import type { PlanAnswer } from '#shared/protocol/api.ts'
import { builtInReforms, type Reform, type Region, type Template } from '#shared/reference/reform.ts'
import { readReform } from '#shared/reference/reformFile.ts'
import type { ReformFault } from '#shared/reference/reformParts.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'

export type ReformAdded =
  | { readonly ok: true, readonly reform: Reform, readonly unread: readonly string[] }
  | { readonly ok: false, readonly refusal: 'not-json' | 'too-large' | 'reform-exists' }
  | { readonly ok: false, readonly refusal: 'unfit-reform', readonly faults: readonly ReformFault[] }

/** The reform sets there are: those that come with the product, and those an operator has added. All are read by one reader. */
export interface Reforms {
  all(): Promise<readonly Reform[]>
  find(reformId: string): Promise<Reform | null>
  /** A template with the reform it is of; their ids are unlike over all reforms. */
  template(templateId: string): Promise<{ readonly reform: Reform, readonly template: Template } | null>
  /** Every region that a plan may be made for, each once. */
  regions(): Promise<readonly Region[]>
  /** Adds a set from the words of its file, checked whole. */
  add(file: string): Promise<ReformAdded>
  /** Only one that was added, and that no plan is of. */
  remove(reformId: string): Promise<'removed' | 'in-use' | 'not-there' | 'built-in'>
}

/** What a reform set's file may hold at the most. */
export const maxReformChars = 400 * 1024

interface ReformsParts {
  readonly storage: Pick<Storage, 'reforms' | 'addReform' | 'removeReform'>
  readonly clock: Clock
  readonly report: (what: string, error: unknown) => void
}

export function openReforms({ storage, clock, report }: ReformsParts): Reforms {
  /** What each stored file came to: read once, however often it is asked for. */
  const read = new Map<string, { readonly file: string, readonly reform: Reform | null }>()

  /** Asked of the storage each time: another process may have added one. */
  async function all(): Promise<readonly Reform[]> {
    const stored = await storage.reforms()
    return [...builtInReforms, ...stored.flatMap(({ id, file }) => reformIn(id, file) ?? [])]
  }

  function reformIn(id: string, file: string): Reform | null {
    const known = read.get(id)
    if (known?.file === file)
      return known.reform
    const found = readReform(parsed(file))
    if (!found.ok)
      report(`the reform set ${id} cannot be read any more`, new Error(JSON.stringify(found.faults[0])))
    const reform = found.ok ? found.reform : null
    read.set(id, { file, reform })
    return reform
  }

  const find = async (reformId: string) => (await all()).find(reform => reform.id === reformId) ?? null

  return {
    all,
    find,
    async template(templateId) {
      const found = (await all()).flatMap(reform => reform.templates.map(template => ({ reform, template })))
      return found.find(({ template }) => template.id === templateId) ?? null
    },
    async regions() {
      return [...new Map((await all()).flatMap(reform => reform.regions).toReversed().map(region => [region.id, region])).values()].toReversed()
    },
    async add(file) {
      if (file.length > maxReformChars)
        return { ok: false, refusal: 'too-large' }
      const value = parsed(file)
      if (value === undefined)
        return { ok: false, refusal: 'not-json' }
      const found = readReform(value)
      if (!found.ok)
        return { ok: false, refusal: 'unfit-reform', faults: found.faults }
      const { reform, unread } = found
      const others = await all()
      if (others.some(other => other.id === reform.id))
        return { ok: false, refusal: 'reform-exists' }
      const taken = faultsOfTakenTemplates(reform, others)
      if (taken.length > 0)
        return { ok: false, refusal: 'unfit-reform', faults: taken }
      const isNew = await storage.addReform({ id: reform.id, file }, clock.now())
      return isNew ? { ok: true, reform, unread } : { ok: false, refusal: 'reform-exists' }
    },
    async remove(reformId) {
      return builtInReforms.some(reform => reform.id === reformId) ? 'built-in' : await storage.removeReform(reformId)
    },
  }
}

/** A reform as the readers of a plan need it; without areas where the plan names none that there is. */
export function describeReform(reformId: string, reform: Reform | null): PlanAnswer['reform'] {
  return {
    id: reformId,
    name: { nb: reform?.name ?? '', nn: reform?.nameNn ?? '' },
    focusAreas: (reform?.focusAreas ?? []).map(({ number, name, nameNn }) => ({ number, name: { nb: name, nn: nameNn } })),
  }
}

function faultsOfTakenTemplates({ templates }: Reform, others: readonly Reform[]): readonly ReformFault[] {
  const taken = new Set(others.flatMap(other => other.templates.map(({ id }) => id)))
  return templates.flatMap(({ id }, n) => taken.has(id) ? [{ at: ['templates', n, 'id'], problem: 'taken' as const, what: id }] : [])
}

/** Undefined for what is not JSON, however deep it goes. */
function parsed(file: string): unknown {
  try {
    return JSON.parse(file.replace(/^\uFEFF/, ''))
  }
  catch {
    return undefined
  }
}
