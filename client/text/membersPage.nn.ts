import type { membersPage as nb } from './membersPage.nb.ts'

export const membersPage: typeof nb = {
  loading: 'Hentar medlemmene …',
  failed: 'Vi fekk ikkje henta medlemmene. Sjekk nettet, og prøv igjen. Planen er der han var.',
}
