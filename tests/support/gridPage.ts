import type { Page } from 'playwright-core'
import type { Cell, RowId } from '#shared/plan/values.ts'
import { readPlan } from '#shared/plan/read.ts'
import { cellOn } from './planPage.ts'
import { rawClient, type RawClient } from './rawClient.ts'
import { addMember, signIn, type RunningServer } from './server.ts'
import { until } from './until.ts'

/** Somebody who is in the plan by the wire alone: sees what the server has, and writes as another person would. */
export interface Witness {
  /** The plan as the server tells it now. */
  plan(): ReturnType<typeof readPlan>
  activity(id: RowId): ReturnType<typeof readPlan>['activities'][number]
  /** The ids of the living activities in their order, those of one goal. */
  under(goalId: RowId): readonly RowId[]
  /** Writes, and resolves when it is on disk. */
  write(change: Parameters<RawClient['write']>[1]): Promise<void>
  leave(): Promise<void>
}

export async function openWitness(server: RunningServer, planId: string, name = 'Olav Berge'): Promise<Witness> {
  const { signInUrl } = await addMember(server, planId, { name })
  const client = rawClient({ planId, cookie: await signIn(server, signInUrl) })
  await client.connect(server.origin)
  let written = 0
  const plan = () => readPlan(client.plan.doc)
  return {
    plan,
    activity(id) {
      const activity = plan().activities.find(row => row.id === id)
      if (!activity)
        throw new Error(`no activity ${id}`)
      return activity
    },
    under: goalId => plan().activities.filter(row => row.deletedAt === null && row.place.parentId === goalId).map(row => row.id),
    async write(change) {
      const label = `change ${++written}`
      client.write(label, change)
      await until(() => client.acknowledged.has(label), { what: `${label} is on disk` })
    },
    leave: () => client.disconnect(),
  }
}

/** Presses keys one by one. After each of them something on the page has the focus. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key)
    await page.waitForFunction(() => document.activeElement !== null && document.activeElement !== document.body, undefined, { timeout: 3_000 })
      .catch(() => { throw new Error(`${key} left the focus nowhere`) })
  }
}

/** Presses a key until what has the focus matches the selector, and says the words. Who tabs waits for it: no key finds what comes later. */
export async function pressUntil(page: Page, key: string, selector: string, { words = '', atMost = 60 } = {}): Promise<void> {
  if (key.endsWith('Tab'))
    await page.locator(selector, { hasText: words }).first().waitFor({ state: 'attached' })
  for (let presses = 0; presses <= atMost; presses++) {
    const isThere = await page.evaluate(([wanted, said]) =>
      document.activeElement?.matches(wanted) === true && document.activeElement.textContent.includes(said), [selector, words] as const)
    if (isThere)
      return
    await press(page, key)
  }
  throw new Error(`${atMost} × ${key} did not come to ${selector}, but to ${await focusOn(page)}`)
}

/** Which cell of the grid has the focus, as «K07/arena»; else what it is on. */
export function focusOn(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement: element } = document
    const [row, column] = [element?.closest('[data-row]')?.getAttribute('data-row'), element?.closest('[data-column]')?.getAttribute('data-column')]
    return column ? `${row ?? ''}/${column}` : `${element?.tagName ?? ''} ${element?.getAttribute('aria-label') ?? element?.textContent.slice(0, 40) ?? ''}`
  })
}

/** Goes to a cell of the row that has the focus, by arrows. */
export async function goToColumn(page: Page, column: string): Promise<void> {
  await press(page, 'Home')
  await pressUntil(page, 'ArrowRight', `[data-column="${column}"]`, { atMost: 12 })
}

/** Taps the middle of a cell, or of another element. */
export async function tapCell(page: Page, cell: Cell): Promise<void> {
  await cellOn(page, cell).scrollIntoViewIfNeeded()
  await cellOn(page, cell).tap()
}
