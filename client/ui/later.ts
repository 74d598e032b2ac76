import { defineAsyncComponent, type Component } from 'vue'

const parts = new Set<() => Promise<unknown>>()

/**
 * A part that is asked for by a press, not needed for reading: it has a file of its own. {@link fetchLater} fetches it when the page
 * is at rest, so that it is there also when the line is gone by then. Where it cannot be fetched it says at once that it is closed,
 * and is asked for anew the next time.
 */
export function later<T extends Component>(load: () => Promise<{ default: T }>, failed: Component): T {
  parts.add(load)
  return defineAsyncComponent({
    loader: load,
    errorComponent: failed,
    onError: (_error, retry, fail, attempts) => attempts < mostAttempts ? retry() : fail(),
  })
}
/** The same for what is no component. */
export function laterModule<T>(load: () => Promise<T>): () => Promise<T> {
  parts.add(load)
  return load
}

const mostAttempts = 3

/** Fetches all that was left for later. What fails is fetched when it is asked for. */
export function fetchLater(): void {
  parts.forEach(load => void load().catch(() => {}))
}
