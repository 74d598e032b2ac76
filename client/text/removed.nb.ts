/** To whoever is no longer in the plan that stood open. `removed.nn.ts` is typed by it. */
export const removed = {
  what: 'Tilgangen din er tatt bort. Det du har skrevet som er lagret, står fortsatt i planen.',
  contact: 'Tror du det er en feil, eller trenger du noe fra planen? Ta kontakt med:',
  noContact: 'Tror du det er en feil, eller trenger du noe fra planen? Ta kontakt med den som leder planen.',
}
