/** What becomes of the page, until `signal` is aborted: its network, and whether anybody sees it. */
export function onPageEvents(page: EventTarget | null, signal: AbortSignal, { onOnline, onOffline, onShown, onResumed, onHidden }: {
  onOnline: () => void
  onOffline: () => void
  /** It is seen again. */
  onShown: () => void
  /** It comes out of the browser's cache. */
  onResumed: () => void
  /** It may be gone at any moment. */
  onHidden: () => void
}): void {
  page?.addEventListener('online', onOnline, { signal })
  page?.addEventListener('offline', onOffline, { signal })
  page?.addEventListener('pageshow', onResumed, { signal })
  page?.addEventListener('pagehide', onHidden, { signal })
  const sight = typeof document === 'undefined' ? null : document
  sight?.addEventListener('visibilitychange', () => sight.visibilityState === 'visible' ? onShown() : onHidden(), { signal })
}
