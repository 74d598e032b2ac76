import type { removed as nb } from './removed.nb.ts'

export const removed: typeof nb = {
  what: 'Tilgangen din er teken bort. Det du har skrive som er lagra, står framleis i planen.',
  contact: 'Trur du det er ein feil, eller treng du noko frå planen? Ta kontakt med:',
  noContact: 'Trur du det er ein feil, eller treng du noko frå planen? Ta kontakt med den som leier planen.',
}
