import type { removed as nb } from './removed.nb.ts'

export const removed: typeof nb = {
  what: 'Anten er tilgangen din teken bort, og då står det du har skrive og lagra, framleis i planen, eller så er heile planen sletta.',
  contact: 'Trur du det er ein feil, eller treng du noko frå planen? Ta kontakt med:',
  noContact: 'Trur du det er ein feil, eller treng du noko frå planen? Ta kontakt med den som leier planen.',
}
