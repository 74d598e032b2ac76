import { afterEach, beforeEach, expect, test } from 'vitest'
import { spliceText } from '#shared/plan/commands.ts'
import { readCellPlain } from '#shared/plan/read.ts'
import type { Cell } from '#shared/plan/values.ts'
import { closeCode } from '#shared/protocol/closes.ts'
import { nb } from '../../client/text/nb.ts'
import { describeInBrowser, useBrowsers } from '../support/browser.ts'
import { cellOn, fieldOn, onDevicePattern, openActivities, savedPattern, saveState, wordsIn, writeIn } from '../support/planPage.ts'
import { rawClient, type RawClient } from '../support/rawClient.ts'
import { addMember, planIdOf, signIn, startServer, type RunningServer } from '../support/server.ts'
import { openSmallDisk, type SmallDisk } from '../support/smallDisk.ts'
import { until } from '../support/until.ts'

const cell: Cell = { register: 'activities', row: 'K02', field: 'arena' }
const otherCell: Cell = { register: 'activities', row: 'K03', field: 'arena' }

let disk: SmallDisk
let server: RunningServer
/** Where commands reach the server. */
let reached: { dataDir: string }
let planId: string
beforeEach(async () => {
  disk = openSmallDisk()
  server = await startServer({ dataDir: disk.dataDir, wrap: disk.wrap })
  reached = { dataDir: disk.folderOf(server) }
  planId = await planIdOf(reached)
}, 30_000)
afterEach(() => server.kill())

const linkFor = async (name: string) => (await addMember(reached, planId, { name })).signInUrl
const health = async () => {
  const answer = await fetch(`${server.origin}/healthz`)
  return [answer.status, await answer.json()]
}
const wordsOf = ({ plan: { doc } }: RawClient, at = cell) => String(readCellPlain(doc, at))
const put = (client: RawClient, words: string) => client.write(words, plan => void spliceText(plan, cell, { at: 0, remove: 0, insert: words }))

test('O59 on a full disk plans are read and nothing is taken, and what was acknowledged is all there when there is room again', async () => {
  const [writer, reader] = [rawClient({ planId, cookie: await signIn(server, await linkFor('Kari')) }), rawClient({ planId, cookie: await signIn(server, await linkFor('Olav')) })]
  const link = await linkFor('Liv')
  await writer.connect(server.origin)
  put(writer, 'før ')
  await until(() => writer.acknowledged.has('før '), { what: 'the words are on disk' })

  disk.fill(server)
  // What the database has room for in its files already may still be written.
  let n = 0
  while (writer.closed() === null) {
    const words = `fullt${++n} `
    put(writer, words)
    await until(() => writer.acknowledged.has(words) || writer.closed(), { what: 'the words are written, or are not' })
  }
  expect(writer.closed()?.code).toBe(closeCode.comeBack)
  expect(await health()).toEqual([503, { ok: false, reason: 'storage-failed' }])
  await reader.connect(server.origin)
  expect(wordsOf(reader)).toContain('før ')
  expect(wordsOf(reader)).not.toContain(`fullt${n} `)
  const refused = await fetch(link, { redirect: 'manual' })
  expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('Innloggingen virker ikke akkurat nå')])

  disk.free(server)
  await until(async () => (await health())[0] === 200, { what: 'it can be saved again' })
  await writer.connect(server.origin)
  await until(() => writer.acknowledged.has(`fullt${n} `), { what: 'what was not saved is' })
  await until(() => wordsOf(reader).includes(`fullt${n} `), { what: 'the other sees it' })
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303)
  await Promise.all([writer, reader].map(client => client.disconnect()))
}, 60_000)

describeInBrowser('two who write while the disk is full', () => {
  const browsers = useBrowsers()
  const open = async (name: string) => {
    const profile = await browsers.openProfile()
    return { profile, page: await openActivities(profile, { origin: server.origin, signInUrl: await linkFor(name), planId }) }
  }

  test('O60, U119 keep their words, read on, are told, write on in what was open, and have all of it when it is over, without a reload', async () => {
    const [kari, olav] = [await open('Kari Nes'), await open('Olav Berge')]
    const pages = [kari.page, olav.page]
    for (const page of pages)
      await saveState(page, savedPattern).waitFor()
    const [before, otherBefore] = [await wordsIn(kari.page, cell), await wordsIn(kari.page, otherCell)]
    await olav.profile.setOffline(true)
    await writeIn(olav.page, otherCell, 'end')
    await olav.page.keyboard.insertText(' uten nett')
    await saveState(olav.page, onDevicePattern).waitFor()

    disk.fill(server)
    await writeIn(kari.page, cell, 'end')
    await kari.page.keyboard.insertText(' på full disk')
    const banner = (page: typeof kari.page) => page.locator('.notice-bar').filter({ hasText: nb.save.barred })
    await banner(kari.page).waitFor()
    await olav.profile.setOffline(false)
    await banner(olav.page).waitFor()
    for (const page of pages) {
      await saveState(page, onDevicePattern).waitFor()
      await page.getByRole('status').filter({ hasText: nb.save.barredWhat }).waitFor({ state: 'attached' })
      expect(await page.getByRole('button', { name: nb.undo }).isDisabled()).toBe(true)
    }
    // The field she was in is still under her hands, with a word of what is the matter; who was in none gets none.
    expect(await fieldOn(kari.page, cell).evaluate(element => [document.activeElement === element, (element as HTMLTextAreaElement).value])).toEqual([true, `${before} på full disk`])
    expect(await kari.page.locator('.cell-barred').textContent()).toBe(nb.save.barredHere)
    await kari.page.keyboard.insertText(', og ferdig skrevet')
    await cellOn(olav.page, cell).dblclick()
    expect(await fieldOn(olav.page, cell).count()).toBe(0)
    expect(await wordsIn(olav.page, cell)).toBe(before)
    expect(await wordsIn(kari.page, otherCell)).toBe(otherBefore)

    disk.free(server)
    await saveState(kari.page, savedPattern).waitFor({ timeout: 15_000 })
    await kari.page.locator('.cell-barred').waitFor({ state: 'detached' })
    await kari.page.keyboard.press('Escape')
    for (const page of pages) {
      await saveState(page, savedPattern).waitFor({ timeout: 15_000 })
      await banner(page).waitFor({ state: 'detached' })
      await expect.poll(() => wordsIn(page, cell)).toBe(`${before} på full disk, og ferdig skrevet`)
      await expect.poll(() => wordsIn(page, otherCell)).toBe(`${otherBefore} uten nett`)
    }
    await writeIn(olav.page, cell, 'end')
    await olav.page.keyboard.insertText(', og videre')
    await expect.poll(() => wordsIn(kari.page, cell)).toBe(`${before} på full disk, og ferdig skrevet, og videre`)
  }, 90_000)
})
