/** Makes the browser ask before the page is left, while there is a reason to; gives the switch. */
export function askBeforeLeaving(page: EventTarget | null): (isNeeded: boolean) => void {
  const ask = (event: Event) => event.preventDefault()
  let isAsking = false
  return (isNeeded) => {
    if (isNeeded === isAsking)
      return
    isAsking = isNeeded
    // A listener that is there at all keeps some browsers from resuming the page quickly, so it is there only when needed.
    if (isNeeded)
      page?.addEventListener('beforeunload', ask)
    else
      page?.removeEventListener('beforeunload', ask)
  }
}
