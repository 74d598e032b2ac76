import type { RegisterName } from '#shared/plan/fields.ts'

/** What the registers are called in letters: as on the pages. */
export const registerNamesNb: Readonly<Record<RegisterName, string>> = {
  plan: 'Om planen', sections: 'Kapitler', mainTasks: 'Hovedoppgaver', goals: 'Mål', audiences: 'Målgrupper', activities: 'Aktiviteter',
  networks: 'Nettverk', organisations: 'Organisasjoner', groups: 'Grupper', serviceAreas: 'Områder', collaborations: 'Samarbeid',
  followUps: 'Øvrig oppfølging', messages: 'Budskap', municipalities: 'Kommuner', phases: 'Faser', columns: 'Kolonner',
  occurrences: 'Gjennomføringer',
}
export const registerNamesNn: Readonly<Record<RegisterName, string>> = {
  plan: 'Om planen', sections: 'Kapittel', mainTasks: 'Hovudoppgåver', goals: 'Mål', audiences: 'Målgrupper', activities: 'Aktivitetar',
  networks: 'Nettverk', organisations: 'Organisasjonar', groups: 'Grupper', serviceAreas: 'Område', collaborations: 'Samarbeid',
  followUps: 'Anna oppfølging', messages: 'Bodskapar', municipalities: 'Kommunar', phases: 'Fasar', columns: 'Kolonnar',
  occurrences: 'Gjennomføringar',
}
