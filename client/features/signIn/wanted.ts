import { keep, kept } from '../../text/index.ts'

/** Where somebody was on the way to before they were asked who they are. */
const keptAs = 'plantavle:wanted'
const lastsMs = 15 * 60_000

/** A path here, or null: not another server's, and not the page one signs in on. */
export function ownPath(given: unknown): string | null {
  if (typeof given !== 'string' || !given.startsWith('/') || !URL.canParse(given, location.origin))
    return null
  const { origin, pathname, search, hash } = new URL(given, location.origin)
  return origin === location.origin && !/^\/(?:logg-inn|api)(?:\/|$)/.test(pathname) && !pathname.startsWith('//') ? pathname + search + hash : null
}

/** Kept for this tab while somebody is at the provider of accounts. */
export function keepWanted(path: string | null): void {
  try {
    if (path === null)
      sessionStorage.removeItem(keptAs)
    else
      sessionStorage.setItem(keptAs, JSON.stringify({ path, at: Date.now() }))
  }
  catch { /* storage is closed to us: the way back leads to the plans */ }
}

/** What was kept, once. Null for nothing, and for what has lain for longer than a way in takes. */
export function takeWanted(): string | null {
  try {
    const { path, at } = JSON.parse(sessionStorage.getItem(keptAs) ?? '{}') as { readonly path?: unknown, readonly at?: unknown }
    keepWanted(null)
    return typeof at === 'number' && Date.now() - at < lastsMs ? ownPath(path) : null
  }
  catch {
    return null
  }
}

const elsewhereKeptAs = 'plantavle:in-another-tab'

/** Somebody signs in at the provider in another tab, for the sake of this one. */
export const keepElsewhere = () => keep(elsewhereKeptAs, String(Date.now()))

/** Whether this is that tab, most likely; once. */
export function takeElsewhere(): boolean {
  const at = Number(kept(elsewhereKeptAs) ?? '')
  if (at > 0)
    keep(elsewhereKeptAs, '')
  return at > 0 && Date.now() - at < lastsMs
}
