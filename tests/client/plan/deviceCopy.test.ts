import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deviceCopyName, openDeviceCopy } from '../../../client/plan/deviceCopy.ts'
import { emptyMemory, openMemoryCopy } from '../../../client/plan/memoryCopy.ts'
import { describeInBrowser, useBrowsers } from '../../support/browser.ts'
import { projectRoot } from '../../support/sourceFiles.ts'
import { promises } from './deviceCopyPromises.ts'

test.each(Object.keys(promises))('C3 in memory: %s', async (name) => {
  const memory = emptyMemory()
  await promises[name]?.(() => Promise.resolve(openMemoryCopy({ memory })))
})

test('C3 a browser without storage is told, and each member, plan and epoch has a copy of its own', async () => {
  expect(await openDeviceCopy('none')).toEqual({ ok: false, failure: 'absent' })
  const mine = { memberId: 'm1', planId: 'p1', epoch: 'e1' }
  const names = [mine, { ...mine, memberId: 'm2' }, { ...mine, planId: 'p2' }, { ...mine, epoch: 'e2' }].map(deviceCopyName)
  expect(new Set(names).size).toBe(4)
})

describeInBrowser('a browser\'s own IndexedDB', () => {
  const { openProfile } = useBrowsers()
  let page: Awaited<ReturnType<Awaited<ReturnType<typeof openProfile>>['newPage']>>

  beforeAll(async () => {
    const script = await bundle(fileURLToPath(new URL('./deviceCopyInPage.ts', import.meta.url)))
    const profile = await openProfile()
    page = await profile.newPage()
    await page.route('**/*', route => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>IndexedDB</title>' }))
    await page.goto('http://localhost/')
    await page.addScriptTag({ content: script })
  })
  afterAll(() => page.close())

  test.each(Object.keys(promises))('C3 in IndexedDB: %s', async (name) => {
    await page.evaluate(`keepPromise(${JSON.stringify(name)})`)
  })

  test('C5 the browser tells a living tab from a closed one', async () => {
    expect(await page.evaluate('playTabs()')).toEqual(['held', 'waits', 'freed', 'free'])
  })

  test('C5 what one tab has to tell reaches another, and a living tab is known of', async () => {
    expect(await page.evaluate('playNews()')).toEqual([false, true, 'heard'])
  })

  test('C21 a copy is listed among the device\'s copies until it is deleted', async () => {
    expect(await page.evaluate('playList()')).toEqual([true, false])
  })

  test('C5 two tabs of one plan learn of each other, whichever came first', async () => {
    expect(await page.evaluate('playMeeting()')).toEqual(['a meets b', 'b meets a'])
  })
})

/** A module and what it imports as one script. */
async function bundle(path: string): Promise<string> {
  const built = await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'silent',
    resolve: { alias: { '#shared': `${projectRoot}/shared` } },
    build: { write: false, minify: false, lib: { entry: path, formats: ['iife'], name: 'bundle' } },
  })
  const [output] = [built].flat()
  const chunk = output && 'output' in output ? output.output[0] : undefined
  if (!chunk)
    throw new Error('nothing was built')
  return chunk.code
}
