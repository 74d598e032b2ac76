import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readPlan } from '#shared/plan/read.ts'
import { openCopy } from '../rooms/copies.ts'
import { readPlanRows } from '../storage/planRows.ts'
import type { Clock } from '../time/clock.ts'
import { refusalOf } from './backup.ts'
import { Refused } from './refused.ts'

export interface Exported { readonly planId: string, readonly to: string, readonly bytes: number }

/**
 * Writes all that is kept of a plan to a new file, as JSON: what it says now in words, and every stored row as it is, bytes in base64. With
 * it go the names and addresses of those who are in it, and nothing that opens a way in (O70).
 */
export function exportPlan({ folder, planId, to, clock }: { folder: string, planId: string, to: string, clock: Clock }): Exported {
  const found = readPlanRows(folder, planId)
  if (found === 'newer')
    throw new Refused('newer-folder', folder)
  if (!found)
    throw new Refused('no-such-plan', planId)
  const { updates, ...rows } = found
  const value = { format: 'plantavle-plan-1', exportedAt: clock.now(), content: readPlan(openCopy(updates).doc), ...rows }
  const file = resolve(to)
  const json = Buffer.from(`${JSON.stringify(value, bytesAsText, 1)}\n`)
  try {
    const opened = openSync(file, 'wx', 0o600)
    try {
      writeFileSync(opened, json)
      fsyncSync(opened)
    }
    finally {
      closeSync(opened)
    }
  }
  catch (error) {
    throw refusalOf(error, to)
  }
  return { planId, to: file, bytes: json.byteLength }
}

const bytesAsText = (_key: string, value: unknown): unknown => value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
