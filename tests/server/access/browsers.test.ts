import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { browserOf } from '../../../server/access/browsers.ts'
import { openSqlite } from '../../../server/storage/sqlite.ts'
import { toWritten } from '../../../server/time/written.ts'
import { aSession } from '../support/notes.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const windows = '(Windows NT 10.0; Win64; x64)'

test.each([
  ['Firefox', 'Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0'],
  ['Edge', 'Windows', `Mozilla/5.0 ${windows} ${webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`],
  ['Opera', 'Windows', `Mozilla/5.0 ${windows} ${webkit} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0`],
  ['Chrome', 'Windows', `Mozilla/5.0 ${windows} ${webkit} Chrome/131.0.0.0 Safari/537.36`],
  ['Chrome', 'Linux', `Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/131.0.0.0 Safari/537.36`],
  ['Chrome', 'Chromebook', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/131.0.0.0 Safari/537.36`],
  ['Chrome', 'Android', `Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36`],
  ['Samsung Internet', 'Android', `Mozilla/5.0 (Linux; Android 10; K) ${webkit} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`],
  ['Firefox', 'Android', 'Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0'],
  ['Safari', 'Mac', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'],
  ['Safari', 'iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'],
  ['Chrome', 'iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1'],
  ['Firefox', 'iPad', 'Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/133.0 Mobile/15E148 Safari/605.1.15'],
  [null, 'Linux', 'curious (Linux)'],
  ['Firefox', null, 'Firefox/1.0'],
])('T53 of a browser its name is kept and what it runs on, each of a short list: %s, %s', (name, system, userAgent) => {
  expect(browserOf(userAgent)).toEqual({ name, system })
})

test('T53 of what calls itself something else nothing is kept, however long it is', () => {
  for (const said of ['', 'node', 'curl/8.5.0', '/', 'Firefox', `${'x'.repeat(600)} Firefox/1.0 Windows`])
    expect(browserOf(said), said).toBeNull()
})

test('T53 a moment is written by Norwegian clocks, with its distance from UTC, in summer and in winter', () => {
  for (const [at, written] of [
    ['2026-11-22T09:42:11Z', '2026-11-22T10:42:11+01:00'], ['2026-07-01T22:30:00Z', '2026-07-02T00:30:00+02:00'], ['2026-10-25T00:30:00Z', '2026-10-25T02:30:00+02:00'],
    ['2026-10-25T01:30:00Z', '2026-10-25T02:30:00+01:00'], ['2026-12-31T23:00:00Z', '2027-01-01T00:00:00+01:00'],
  ] as const) {
    expect(toWritten(Date.parse(at))).toBe(written)
    expect(Date.parse(written)).toBe(Date.parse(at))
  }
  expect(toWritten(Number.MAX_SAFE_INTEGER)).toBe(toWritten(8.64e15))
})

test('S13 a session from before its browser was kept stands as it was, and the next one has it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantavle-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const first = await openSqlite({ folder })
  await first.createPlan({ planId: 'p', regionId: 'rogaland', reformId: 'leve-hele-livet', epoch: 'e', createdAt: 1, title: 'Plan', firstContent: Uint8Array.of(0, 0) })
  const token = Uint8Array.of(9)
  await first.members.add({ memberId: 'kari', name: 'Kari', organisation: 'KS', planId: 'p', role: 'reader', tokenHash: token }, 1, { at: 1, event: 'member-added', planId: 'p', by: 'operator', about: 'kari' })
  await first.members.beginSession(token, aSession(Uint8Array.of(1), 1, 100))
  await first.close()
  const db = new DatabaseSync(join(folder, 'plantavle.db'))
  db.exec(`
    ALTER TABLE sessions DROP COLUMN browser; DROP TABLE known_devices; DROP INDEX sign_in_tokens_by_member; DROP INDEX identities_by_member;
    PRAGMA user_version = 7`)
  db.close()
  const { members, close } = await openSqlite({ folder })
  onTestFinished(() => close())
  await members.beginSession(token, aSession(Uint8Array.of(2), 2, 100))
  await members.knowDevice(Uint8Array.of(7), null, 'kari', 2, { hash: Uint8Array.of(2), browser: { name: 'Firefox', system: null } })
  expect((await members.sessionsOf('kari', 3)).map(({ at, browser }) => [at, browser])).toEqual([[2, { name: 'Firefox', system: null }], [1, null]])
})
