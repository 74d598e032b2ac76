import { defineAsyncComponent, type Component } from 'vue'
import { whenIdle } from './whenIdle.ts'

const parts = new Map<unknown, () => Promise<unknown>>()

/**
 * A part that is asked for by a press, not needed for reading: it has a file of its own. {@link fetchLater} fetches it when the page
 * is at rest, so that it is there also when the line is gone by then. Where it cannot be fetched it says at once that it is closed,
 * and is asked for anew the next time. Once {@link fetched} it stands in the turn that shows it, like any other part.
 */
export function later<T extends Component>(fetch: () => Promise<{ default: T }>, failed: Component): T {
  const load = styled(fetch)
  const part: T & AsyncPart = defineAsyncComponent({
    loader: load,
    errorComponent: failed,
    onError: (_error, retry, fail, attempts) => attempts < mostAttempts ? retry() : fail(),
  })
  // Vue remembers a part only when it was asked for through its own loader, which must not be told of what cannot be fetched yet.
  parts.set(part, () => load().then(() => part.__asyncLoader?.()))
  return part
}
/** The part as Vue keeps it; where a later Vue keeps it otherwise, parts stand a moment after they are shown. */
interface AsyncPart { readonly __asyncLoader?: () => Promise<unknown> }

/** The same for what is no component. */
export function laterModule<T>(load: () => Promise<T>): () => Promise<T> {
  parts.set(load, load)
  return load
}

const mostAttempts = 3

/**
 * Style sheets that could not be fetched with their part. The bundler's own fetching counts them as fetched, and would give the part without.
 */
const missing = new Set<string>()
let isListening = false
function styled<T>(fetch: () => Promise<T>): () => Promise<T> {
  if (!isListening)
    addEventListener('vite:preloadError', note)
  isListening = true
  return async () => {
    await Promise.all([...missing].map(fetchStyles))
    return await fetch()
  }
}
function note(event: Event) {
  const { payload } = event as Event & { readonly payload?: unknown }
  const address = payload instanceof Error ? /^Unable to preload CSS for (\S+)$/.exec(payload.message)?.[1] : undefined
  if (address)
    missing.add(address)
}
function fetchStyles(address: string): Promise<void> {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', crossOrigin: '', href: address })
  return new Promise((resolve, reject) => {
    link.onload = () => {
      missing.delete(address)
      resolve()
    }
    link.onerror = () => {
      link.remove()
      reject(new Error(`no styles: ${address}`))
    }
    document.head.append(link)
  })
}

/** Resolves when a part has been fetched, or could not be. */
export async function fetched(part: Component): Promise<void> {
  await parts.get(part)?.().catch(() => {})
}

/** Fetches all that was left for later, some in each idle moment: no press waits for them. What fails is fetched when it is asked for. */
export function fetchLater(): void {
  const loads = [...parts.values()]
  const next = () => whenIdle(() => {
    loads.splice(0, atOnce).forEach(load => void load().catch(() => {}))
    if (loads.length > 0)
      next()
  })
  next()
}

const atOnce = 12
