import type { Browser } from '#shared/protocol/access.ts'

/** What a browser is by its User-Agent; null where that tells neither of the two. */
export function browserOf(userAgent: string): Browser | null {
  const said = userAgent.slice(0, longest)
  const name = names.find(([, sign]) => sign.test(said))?.[0] ?? null
  const system = systems.find(([, sign]) => sign.test(said))?.[0] ?? null
  return name === null && system === null ? null : { name, system }
}

const longest = 512

/** In this order: most say besides that they are those further down. */
const names: readonly (readonly [NonNullable<Browser['name']>, RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//], ['Opera', /\b(?:OPR|OPT|OPiOS|Opera)\b/], ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//], ['Chrome', /(?:Chrome|CriOS|Chromium)\//], ['Safari', /\bVersion\/.*\bSafari\//],
]
const systems: readonly (readonly [NonNullable<Browser['system']>, RegExp])[] = [
  ['iPhone', /\biP(?:hone|od)\b/], ['iPad', /\biPad\b/], ['Android', /\bAndroid\b/], ['Chromebook', /\bCrOS\b/], ['Windows', /\bWindows\b/],
  ['Mac', /\bMac(?:intosh| OS X)\b/], ['Linux', /\b(?:Linux|X11)\b/],
]
