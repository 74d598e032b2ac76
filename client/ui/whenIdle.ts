/** Runs `act` when the browser has nothing more urgent to do, within a quarter of a second. The answer calls it off. */
export function whenIdle(act: () => void): () => void {
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(act, 16)
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(act, { timeout: 250 })
  return () => cancelIdleCallback(handle)
}
