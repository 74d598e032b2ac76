/**
 * Underlines stretches of what is drawn, without changing the page's elements, until the returned function is called. Where the
 * browser cannot, nothing is underlined.
 */
export function underline(ranges: readonly Range[]): () => void {
  if (typeof Highlight === 'undefined' || ranges.length === 0)
    return () => {}
  const known = CSS.highlights.get(name)
  const all = known ?? new Highlight()
  if (!known)
    CSS.highlights.set(name, all)
  ranges.forEach(range => all.add(range))
  return () => ranges.forEach(range => all.delete(range))
}
const name = 'fresh'
