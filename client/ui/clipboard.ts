/** Copies words; where the browser does not let us, marks `element`, which shows them, so that the person can. Tells which. */
export async function copyText(words: string, element: HTMLElement): Promise<'copied' | 'selected'> {
  try {
    await navigator.clipboard.writeText(words)
    return 'copied'
  }
  catch {
    getSelection()?.selectAllChildren(element)
    return 'selected'
  }
}
