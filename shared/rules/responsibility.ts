import type { Activity, Group, Network, Organisation, RowId } from '../plan/values.ts'

/** Those who can be responsible: organisations, some of them collectives (USHT), and groups with members. */
export interface Parties {
  readonly organisations: readonly Pick<Organisation, 'id' | 'members' | 'deletedAt' | 'substitutesFor' | 'substituteScope'>[]
  readonly groups: readonly Pick<Group, 'id' | 'members' | 'deletedAt'>[]
}

/** Who stands between a party and what it is responsible for, nearest the row first: `[Koordineringsgruppa, USHT]`. Empty: nobody. */
export type Through = readonly RowId[]

export interface Task {
  readonly id: RowId
  /** The party itself is named, with these roles (none where only its name stands). */
  readonly isDirect: boolean
  readonly roles: readonly string[]
  /** The collectives and groups it is named through besides, each by its shortest way. */
  readonly through: readonly Through[]
}

export interface Responsibility {
  /** Activities, in the order given. */
  readonly activities: readonly Task[]
  /** Networks it operates or takes part in operating, whatever their state, in the order given. */
  readonly networks: readonly Task[]
}

/** How a party stands to what a row names: by itself, and through others. */
export interface Standing extends Pick<Task, 'isDirect' | 'roles'> {
  /** Each way it is named through others, with the roles of the one that the row names. */
  readonly through: readonly { readonly way: Through, readonly roles: readonly string[] }[]
}
/** Every collective and group that holds a party, at any depth, with the shortest way from it down to the party. */
export type Ways = ReadonlyMap<RowId, Through>

/**
 * How a party stands to those a row names; null when it has nothing to do with it. `ways` are the party's own ({@link waysTo}),
 * which many rows share.
 */
export function standingOf(named: Activity['responsible'], partyId: RowId, ways: Ways): Standing | null {
  const own = named.find(member => member.id === partyId)
  const through = named.flatMap(({ id, roles }) => {
    const way = id === partyId ? undefined : ways.get(id)
    return way ? [{ way, roles }] : []
  })
  return own || through.length > 0 ? { isDirect: own !== undefined, roles: own?.roles ?? [], through } : null
}

/** A standing as one sign. Its own role comes before what it is through others (F18). */
export type Mark = 'lead' | 'responsible' | 'contributor' | 'through' | 'contributes-through'

export function markOf({ isDirect, roles, through }: Standing): Mark {
  if (isDirect)
    return roles.includes('lead') ? 'lead' : isOnlyContributor(roles) ? 'contributor' : 'responsible'
  return through.every(one => isOnlyContributor(one.roles)) ? 'contributes-through' : 'through'
}
const isOnlyContributor = (roles: readonly string[]) => roles.length > 0 && roles.every(role => role === 'contributor')

/**
 * What one party is responsible for: where it is named itself, and where a collective or group it belongs to is named, through
 * as many steps as there are (F9). Trashed rows and trashed collectives and groups count for nothing; a ring of members ends.
 */
export function responsibilityOf(
  partyId: RowId,
  { activities, networks, parties }: {
    readonly activities: readonly Pick<Activity, 'id' | 'responsible' | 'deletedAt'>[]
    readonly networks: readonly Pick<Network, 'id' | 'operatedBy' | 'deletedAt'>[]
    readonly parties: Parties
  },
): Responsibility {
  const ways = waysTo(partyId, parties)
  return {
    activities: activities.filter(isAlive).flatMap(row => taskOf(row.id, row.responsible, partyId, ways)),
    networks: networks.filter(isAlive).flatMap(row => taskOf(row.id, row.operatedBy, partyId, ways)),
  }
}

function taskOf(id: RowId, named: Activity['responsible'], partyId: RowId, ways: Ways): readonly Task[] {
  const standing = standingOf(named, partyId, ways)
  return standing ? [{ id, isDirect: standing.isDirect, roles: standing.roles, through: standing.through.map(({ way }) => way) }] : []
}

/** The ways to a party. Trashed collectives and groups are none; a ring of members ends. */
export function waysTo(partyId: RowId, parties: Parties): Ways {
  const holders = holdersOf(parties)
  const ways = new Map<RowId, Through>([[partyId, []]])
  let nearest: readonly RowId[] = [partyId]
  while (nearest.length > 0) {
    const next: RowId[] = []
    for (const held of nearest) {
      for (const holder of holders.get(held) ?? []) {
        if (ways.has(holder))
          continue
        ways.set(holder, [holder, ...ways.get(held) ?? []])
        next.push(holder)
      }
    }
    nearest = next
  }
  return ways
}

function holdersOf({ organisations, groups }: Parties): ReadonlyMap<RowId, readonly RowId[]> {
  const holders = new Map<RowId, RowId[]>()
  for (const holder of [...organisations, ...groups].filter(isAlive)) {
    for (const { id } of holder.members) {
      const ofThis = holders.get(id) ?? []
      holders.set(id, ofThis)
      ofThis.push(holder.id)
    }
  }
  return holders
}

/** One party that a row names or that a named one stands for. `gone` is shown as gone, never left out. */
export interface Party {
  readonly id: RowId
  readonly kind: 'organisation' | 'group' | 'gone'
  readonly roles: readonly string[]
  /** The members it stands for, each with its own. Under one named party every member is opened once: rings end. */
  readonly members: readonly Party[]
}

/** The parties a row names, in its own order, each with the members it stands for (F11). */
export function partiesOf(named: Activity['responsible'], parties: Parties): readonly Party[] {
  const organisations = new Map(parties.organisations.filter(isAlive).map(row => [row.id, row]))
  const groups = new Map(parties.groups.filter(isAlive).map(row => [row.id, row]))
  const toParty = ({ id, roles }: Activity['responsible'][number], opened: Set<RowId>): Party => {
    const row = organisations.get(id) ?? groups.get(id)
    const members = opened.has(id) ? [] : row?.members ?? []
    opened.add(id)
    return {
      id,
      kind: organisations.has(id) ? 'organisation' : groups.has(id) ? 'group' : 'gone',
      roles,
      members: members.map(member => toParty(member, opened)),
    }
  }
  return named.map(member => toParty(member, new Set()))
}

export interface Substitute {
  readonly id: RowId
  /** Where it does so, in the plan's words; empty: everywhere. */
  readonly scope: string
}

/** Who does a party's tasks in its stead («ivaretar oppgavene til»): Oslo kommune for KS, in Oslo (F12). */
export function substitutesFor(partyId: RowId, { organisations }: Parties): readonly Substitute[] {
  return organisations
    .filter(row => isAlive(row) && row.substitutesFor === partyId && row.id !== partyId)
    .map(({ id, substituteScope }) => ({ id, scope: substituteScope }))
}

const isAlive = (row: { readonly deletedAt: number | null }) => row.deletedAt === null
