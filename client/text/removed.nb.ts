/** To whoever is no longer in the plan that stood open. `removed.nn.ts` is typed by it. */
export const removed = {
  what: 'Enten er tilgangen din tatt bort, og da står det du har skrevet og lagret fortsatt i planen, eller så er hele planen slettet.',
  contact: 'Tror du det er en feil, eller trenger du noe fra planen? Ta kontakt med:',
  noContact: 'Tror du det er en feil, eller trenger du noe fra planen? Ta kontakt med den som leder planen.',
}
