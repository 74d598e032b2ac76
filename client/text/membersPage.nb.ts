/** While the page of the members comes. `membersPage.nn.ts` is typed by it. */
export const membersPage = {
  loading: 'Henter medlemmene …',
  failed: 'Vi fikk ikke hentet medlemmene. Sjekk nettet, og prøv igjen. Planen er der den var.',
}
