import type { PlanAnswer } from '#shared/protocol/api.ts'
import { builtInReforms, type Reform, type Region, type Template } from '#shared/reference/reform.ts'
import { readReform } from '#shared/reference/reformFile.ts'
import type { ReformFault } from '#shared/reference/reformParts.ts'
import type { Storage } from '../storage/contracts.ts'
import type { Clock } from '../time/clock.ts'

/** What came of a set's file. `what` is the id of the set, where it could be read. */
export type ReformTaken =
  | { readonly ok: true, readonly reform: Reform, readonly unread: readonly string[] }
  | {
    readonly ok: false, readonly what: string, readonly faults: readonly ReformFault[]
    readonly refusal: 'not-json' | 'too-large' | 'reform-exists' | 'unfit-reform' | 'no-such-reform' | 'reform-built-in' | 'reform-would-lose'
  }

/** The reform sets there are: those that come with the product, and those an operator has added. All are read by one reader. */
export interface Reforms {
  all(): Promise<readonly Reform[]>
  find(reformId: string): Promise<Reform | null>
  /** A template with the reform it is of; their ids are unlike over all reforms. */
  template(templateId: string): Promise<{ readonly reform: Reform, readonly template: Template } | null>
  /** Every region that a plan may be made for, each once. */
  regions(): Promise<readonly Region[]>
  /** What the readers of a plan need of its reform; of a region that its own set does not have, what another calls it. */
  describe(reformId: string, regionId: string): Promise<PlanAnswer['reform']>
  /** Adds a set from the words of its file, checked whole. */
  add(file: string): Promise<ReformTaken>
  /**
   * Puts a corrected set in the place of one that was added. Where plans are of it the new one has every area, phase, region and
   * service area that it had (`lostIn`): what plans name stands, and is called as the new file says when they are opened again.
   */
  replace(file: string): Promise<ReformTaken>
  /** Only one that was added, and that no plan is of. */
  remove(reformId: string): Promise<'removed' | 'in-use' | 'not-there' | 'built-in'>
}

/** What a reform set's file may hold at the most. */
export const maxReformChars = 400 * 1024

interface ReformsParts {
  readonly storage: Pick<Storage, 'reforms' | 'addReform' | 'replaceReform' | 'removeReform'>
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
  const regions = async () =>
    [...new Map((await all()).flatMap(reform => reform.regions).toReversed().map(region => [region.id, region])).values()].toReversed()

  return {
    all,
    find,
    async template(templateId) {
      const found = (await all()).flatMap(reform => reform.templates.map(template => ({ reform, template })))
      return found.find(({ template }) => template.id === templateId) ?? null
    },
    regions,
    async describe(reformId, regionId) {
      const reform = await find(reformId)
      const known = [...reform?.regions ?? [], ...await regions()]
      return describeReform(reformId, reform, known.find(region => region.id === regionId) ?? null)
    },
    async add(file) {
      const taken = readFile(file)
      if (!taken.ok)
        return taken
      const { reform } = taken
      const others = await all()
      if (others.some(other => other.id === reform.id))
        return no('reform-exists', reform.id)
      const faults = faultsOfTakenTemplates(reform, others)
      if (faults.length > 0)
        return no('unfit-reform', reform.id, faults)
      return await storage.addReform({ id: reform.id, file }, clock.now()) ? taken : no('reform-exists', reform.id)
    },
    async replace(file) {
      const taken = readFile(file)
      if (!taken.ok)
        return taken
      const { reform } = taken
      if (builtInReforms.some(({ id }) => id === reform.id))
        return no('reform-built-in', reform.id)
      const faults = faultsOfTakenTemplates(reform, (await all()).filter(({ id }) => id !== reform.id))
      if (faults.length > 0)
        return no('unfit-reform', reform.id, faults)
      for (;;) {
        const stored = (await storage.reforms()).find(({ id }) => id === reform.id)
        if (!stored)
          return no('no-such-reform', reform.id)
        // One that cannot be read any more gave plans nothing that could be lost.
        const before = reformIn(stored.id, stored.file)
        const lost = before ? lostIn(reform, before) : []
        const result = await storage.replaceReform({ id: reform.id, file }, stored.file, lost.length > 0)
        // Somebody else has replaced it meanwhile: it is looked at again.
        if (result !== 'changed')
          return result === 'replaced' ? taken : no('reform-would-lose', reform.id, lost)
      }
    },
    async remove(reformId) {
      return builtInReforms.some(reform => reform.id === reformId) ? 'built-in' : await storage.removeReform(reformId)
    },
  }
}

const no = (refusal: Exclude<ReformTaken, { ok: true }>['refusal'], what = '', faults: readonly ReformFault[] = []): ReformTaken =>
  ({ ok: false, refusal, what, faults })

function readFile(file: string): ReformTaken {
  if (file.length > maxReformChars)
    return no('too-large')
  const value = parsed(file)
  if (value === undefined)
    return no('not-json')
  const found = readReform(value)
  return found.ok ? found : no('unfit-reform', '', found.faults)
}

/**
 * What plans may name by its id and a new file does not have. Templates and their columns are not among it: a plan has had its
 * chapters and columns as rows of its own since it was made.
 */
function lostIn(after: Reform, before: Reform): readonly ReformFault[] {
  const idsOf = (reform: Reform) => ({
    focusAreas: reform.focusAreas.map(({ number }) => number),
    phases: reform.phases.map(({ number }) => number),
    regions: reform.regions.map(({ id }) => id),
    serviceAreas: reform.serviceAreas.map(({ id }) => id),
  })
  const kept = idsOf(after)
  return Object.entries(idsOf(before)).flatMap(([part, ids]) => {
    const here: readonly (string | number)[] = kept[part as keyof typeof kept]
    return ids.filter(id => !here.includes(id)).map(id => ({ at: [part], problem: 'lost' as const, what: String(id) }))
  })
}

/** A reform as the readers of a plan need it, and its region; without areas where the plan names none that there is. */
function describeReform(reformId: string, reform: Reform | null, region: Region | null): PlanAnswer['reform'] {
  const areas = reform?.serviceAreas ?? []
  return {
    id: reformId,
    name: { nb: reform?.name ?? '', nn: reform?.nameNn ?? '' },
    focusAreas: (reform?.focusAreas ?? []).map(({ number, name, nameNn }) => ({ number, name: { nb: name, nn: nameNn } })),
    region: { nb: region?.office ?? '', nn: region?.officeNn ?? '' },
    municipalities: areas.flatMap(area => area.municipalityNumbers.flatMap((number, n) => {
      const name = area.municipalityNames[n]
      return name === undefined ? [] : [{ number, name }]
    })),
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
