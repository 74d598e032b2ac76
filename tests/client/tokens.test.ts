import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const client = fileURLToPath(new URL('../../client/', import.meta.url))
const tokens = new Map([...readFileSync(`${client}styles/tokens.css`, 'utf8').matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)]
  .map(([, name = '', light = '', dark = '']) => [name, [light, dark]] as const))

/** Text, and every ground it stands on. */
const text: readonly (readonly [string, readonly string[]])[] = [
  ['ink', ['sheet', 'paper', 'sunk', 'chip', 'hover', 'sel', 'miss-tint', 'danger-tint', 'fjord-tint']],
  ['ink2', ['sheet', 'paper', 'sunk', 'hover', 'sel', 'chip']],
  ['ink3', ['sheet', 'paper', 'sunk', 'chip', 'hover', 'sel']],
  ['fjord', ['sheet', 'paper', 'sel', 'miss-tint', 'danger-tint']],
  ['on', ['fjord', 'fjord-hover', 'fjord-pressed', 'person-0', 'person-1', 'person-2', 'person-3', 'person-4', 'person-5']],
  ['miss', ['sheet', 'paper', 'miss-tint', 'hover', 'sel']],
  ['ok', ['sheet', 'paper', 'ok-tint']],
  ['danger', ['sheet', 'paper', 'danger-tint', 'hover']],
  ['on-inverse', ['inverse']],
  ...[1, 2, 3, 4, 5].map(n => [`area-${n}`, [`area-${n}-tint`]] as const),
  ...[0, 1, 2, 3, 4, 5].map(n => [`person-${n}`, ['sheet', 'sel']] as const),
]

test.each(['light', 'dark'])('U4 text has a contrast of at least 4.5 on every ground it stands on (%s)', (scheme) => {
  const at = scheme === 'light' ? 0 : 1
  for (const [front, grounds] of text) {
    for (const ground of grounds)
      expect(contrast(colour(front, at), colour(ground, at)), `${front} on ${ground}`).toBeGreaterThanOrEqual(4.5)
  }
})

test.each(['light', 'dark'])('U4 the edge of a control has a contrast of at least 3 (%s)', (scheme) => {
  const at = scheme === 'light' ? 0 : 1
  for (const ground of ['sheet', 'paper'])
    expect(contrast(colour('ctl', at), colour(ground, at)), ground).toBeGreaterThanOrEqual(3)
})

test('U5 no colour stands outside the token file', () => {
  const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter(name => /\.(?:css|vue)$/.test(name) && !name.endsWith('tokens.css'))
  expect(files.length).toBeGreaterThan(30)
  for (const name of files)
    expect(readFileSync(`${client}${name}`, 'utf8'), name).not.toMatch(/#[0-9a-f]{3,8}\b(?=[^{]*;)/i)
})

function colour(name: string, at: number): string {
  const found = tokens.get(name)?.[at]
  if (!found)
    throw new Error(`no token ${name}`)
  return found
}
function contrast(a: string, b: string): number {
  const [bright = 0, dim = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (bright + 0.05) / (dim + 0.05)
}
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
