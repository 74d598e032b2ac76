import {
  isNewPlanRefusal, takeAwayRefusals, type NewPlanAnswer, type NewPlanChoices, type NewPlanRefusal, type NewPlanRequest, type TakeAwayRefusal,
  type ToCarryAnswer,
} from '#shared/protocol/newPlan.ts'
import { named } from '../../text/nameless.ts'

/** What the server answers a question with: the thing itself, that one may not, or nothing. */
export type Found<T> =
  | { readonly state: 'asking' }
  | { readonly state: 'found', readonly answer: T }
  | { readonly state: 'may-not' }
  | { readonly state: 'failed' }

export const readChoices = () => ask<NewPlanChoices>('/api/new-plan')
export async function readToCarry(planId: string): Promise<Found<ToCarryAnswer>> {
  const found = await ask<ToCarryAnswer>(`/api/plans/${encodeURIComponent(planId)}/to-carry`)
  return found.state === 'found' ? { ...found, answer: { ...found.answer, members: found.answer.members.map(named) } } : found
}

async function ask<T>(address: string): Promise<Found<T>> {
  try {
    const answer = await fetch(address, { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (answer.ok)
      return { state: 'found', answer: await answer.json() as T }
    return { state: [401, 403, 404].includes(answer.status) ? 'may-not' : 'failed' }
  }
  catch {
    return { state: 'failed' }
  }
}

/** What became of a plan that was asked for. Without an answer nobody here knows whether it was made. */
export type MakingEnd =
  | { readonly state: 'made', readonly planId: string }
  | { readonly state: 'refused', readonly refusal: NewPlanRefusal }
  | { readonly state: 'failed' }
  | { readonly state: 'no-answer' }

/** Asks for the plan. The same key is the same plan, however often it is asked for. */
export async function makePlan(key: string, request: NewPlanRequest): Promise<MakingEnd> {
  try {
    const answer = await fetch('/api/plans', {
      method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify(request),
    })
    const told: unknown = await answer.json()
    if (answer.ok)
      return { state: 'made', planId: (told as NewPlanAnswer).planId }
    const refusal = errorIn(told)
    return isNewPlanRefusal(refusal) ? { state: 'refused', refusal } : { state: 'failed' }
  }
  catch {
    return { state: 'no-answer' }
  }
}

/** Null when it is taken away; else why not. */
export async function takeAway(planId: string): Promise<TakeAwayRefusal | 'no-answer' | null> {
  try {
    const answer = await fetch(`/api/plans/${encodeURIComponent(planId)}/take-away`, { method: 'POST' })
    // What is not there any more has been taken away already.
    if (answer.ok || answer.status === 404)
      return null
    const refusal = errorIn(await answer.json())
    return takeAwayRefusals.find(one => one === refusal) ?? (answer.status === 403 ? 'not-yours' : 'no-answer')
  }
  catch {
    return 'no-answer'
  }
}

/** A key of our own for one plan. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

const errorIn = (told: unknown): unknown => typeof told === 'object' && told !== null && 'error' in told ? told.error : null
