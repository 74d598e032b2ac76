import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { RegisterName } from '#shared/plan/fields.ts'
import type { RowId } from '#shared/plan/values.ts'
import type { LastChangeAnswer } from '#shared/protocol/api.ts'
import { calledBy, named } from '../text/nameless.ts'
import { usePlan } from './live.ts'
import { registerStore } from './stores.ts'

/** Who changed a row last, as far as it can be known here now. */
export type LastChange =
  | { readonly state: 'asking' }
  | { readonly state: 'told', readonly change: NonNullable<LastChangeAnswer['change']> }
  | { readonly state: 'none' }
  /** The row has changes of mine that the server has not got. */
  | { readonly state: 'unsent' }
  | { readonly state: 'unknown' }

interface RowName { readonly register: RegisterName, readonly id: RowId }

/**
 * Who changed a row last, as the server tells it: asked for at once, and again when the row has changed and what was changed
 * here is on the server. While somebody writes it is asked for once in a while, not for every letter.
 */
export function useLastChange(planId: () => string, row: () => RowName): Readonly<ShallowRef<LastChange>> {
  const session = usePlan()
  const known = shallowRef<LastChange>({ state: 'asking' })
  /** The row has changed since what is known was asked for. */
  let isStale = true
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function askIn(ms: number) {
    timer ??= setTimeout(() => {
      timer = undefined
      void ask()
    }, ms)
  }
  async function ask() {
    const { state } = session.save.value
    if (state !== 'saved') {
      if (state !== 'saving' && state !== 'opening')
        known.value = { state: hasUnsent() ? 'unsent' : 'unknown' }
      return
    }
    isStale = false
    const mine = ++asked
    const { register, id } = row()
    const answer = await readLastChange(planId(), register, id)
    if (mine !== asked)
      return
    isStale ||= answer.state === 'unknown'
    known.value = answer
  }
  function hasUnsent(): boolean {
    const { register, id } = row()
    return session.unsent().some(change => change.register === register && change.row === id)
  }

  watch(() => row().id, () => {
    known.value = { state: 'asking' }
    isStale = true
    asked++
    clearTimeout(timer)
    timer = undefined
    void ask()
  }, { immediate: true })
  watch(() => registerStore(row().register).byId.get(row().id), (_now, before) => {
    if (before?.id !== row().id)
      return
    isStale = true
    askIn(settlesInMs)
  })
  watch(() => session.save.value.state, () => isStale && askIn(settlesInMs))
  onScopeDispose(() => {
    asked++
    clearTimeout(timer)
  })
  return known
}

const settlesInMs = 1_500
const answersWithinMs = 10_000

async function readLastChange(planId: string, register: RegisterName, row: RowId): Promise<LastChange> {
  const address = ['api', 'plans', planId, 'rows', register, row, 'last-change'].map(encodeURIComponent).join('/')
  try {
    const answer = await fetch(`/${address}`, {
      headers: { accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(answersWithinMs),
    })
    if (!answer.ok)
      return { state: 'unknown' }
    const { change } = await answer.json() as LastChangeAnswer
    return change ? { state: 'told', change: { ...change, by: change.by && { ...named(change.by), actedFor: change.by.actedFor.map(calledBy) } } } : { state: 'none' }
  }
  catch {
    return { state: 'unknown' }
  }
}
