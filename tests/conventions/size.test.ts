import { expect, test } from 'vitest'
import { initialScripts } from '../support/bundle.ts'

const maxInitialKilobytes = 180

test('O4 what the activities need before they can be read is at most 180 kB of JavaScript, compressed', () => {
  const scripts = initialScripts('PlanPage', 'ActivitiesPage').map(({ file, bytes }) => ({ file, kilobytes: Math.round(bytes / 102.4) / 10 }))
  const total = scripts.reduce((sum, { kilobytes }) => sum + kilobytes, 0)
  console.log(`initial JavaScript: ${total.toFixed(1)} kB gz in ${scripts.length} files`)
  expect(total, JSON.stringify(scripts)).toBeLessThanOrEqual(maxInitialKilobytes)
})
