import { onScopeDispose, readonly, shallowRef, type ShallowRef } from 'vue'
import type { SignedInAnswer, SignInRefusal } from '#shared/protocol/access.ts'
import type { Instant } from '#shared/plan/values.ts'
import { keep, kept, type Language } from '../../text/index.ts'
import type { SignInTrouble } from '../../text/signIn.nb.ts'
import type { Outcome, SignInEdges } from './asking.ts'
import { keepStep, keptStep } from './keptStep.ts'
import { wrongWithName } from './ownName.ts'

/** Where somebody is on the way in by mail. */
export type SignInStep =
  | { readonly state: 'address' }
  /** A code is on its way, if the address is somebody's; `asked` counts how often one was asked for. */
  | { readonly state: 'code', readonly email: string, readonly until: Instant, readonly asked: number }

/** What went wrong last; `seconds` to wait, where there are some. `nth` tells one from the same again. */
export interface Trouble { readonly reason: SignInTrouble, readonly seconds: number | null, readonly nth: number }

export interface SignInFlow {
  readonly step: Readonly<ShallowRef<SignInStep>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  readonly doing: Readonly<ShallowRef<'nothing' | 'asking' | 'trying'>>
  /** It takes longer than one expects. */
  readonly isSlow: Readonly<ShallowRef<boolean>>
  /** The address that was used on this device last, where its owner wished so. */
  readonly remembered: string
  askForCode(email: string): Promise<void>
  /** The same address once more. */
  askAgain(): Promise<void>
  /** Who has been let in; null when nobody has, and `trouble` says why. Anything in it but digits is passed over. `name`: where one was asked for. */
  tryCode(code: string, name?: string): Promise<SignedInAnswer | null>
  /** Back to the address. */
  change(): void
  /** On to the code again, where one is on its way still. */
  resume(): void
  /** No code is waited for any more. */
  end(): void
  /** Keeps the address on this device, or forgets the one that is kept. */
  remember(isWished: boolean): void
}

/** The way in by mail, from the address to the code (U128, U129). */
export function useSignIn(language: () => Language, edges: Pick<SignInEdges, 'askForCode' | 'tryCode'>): SignInFlow {
  const step = shallowRef<SignInStep>(waiting() ?? { state: 'address' })
  const trouble = shallowRef<Trouble | null>(null)
  const doing = shallowRef<'nothing' | 'asking' | 'trying'>('nothing')
  const isSlow = shallowRef(false)
  let nth = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  function tell(reason: SignInTrouble, seconds: number | null = null) {
    if (over.has(reason))
      keepStep(null)
    trouble.value = { reason, seconds, nth: ++nth }
  }

  /** One thing at a time. Null where it came to nothing, which is told. */
  async function wait<T>(what: 'asking' | 'trying', asked: () => Promise<Outcome<T, SignInRefusal>>): Promise<T | null> {
    if (doing.value !== 'nothing')
      return null
    doing.value = what
    timer = setTimeout(() => { isSlow.value = true }, slowAfterMs)
    const outcome = await asked()
    clearTimeout(timer)
    isSlow.value = false
    doing.value = 'nothing'
    if (outcome.state === 'done') {
      trouble.value = null
      return outcome.answer
    }
    if (outcome.state === 'refused')
      tell(outcome.refusal === 'too-many' && what === 'trying' ? 'too-many-codes' : outcome.refusal, outcome.seconds)
    else
      tell(outcome.state)
    return null
  }

  async function askForCode(email: string) {
    const address = email.trim()
    if (!mayBeAddress(address))
      return tell('not-an-address')
    const answer = await wait('asking', () => edges.askForCode(address, language()))
    if (!answer)
      return
    const next = { email: address, until: answer.until, asked: step.value.state === 'code' ? step.value.asked + 1 : 1 }
    keepStep(next)
    step.value = { state: 'code', ...next }
  }

  return {
    step: readonly(step),
    trouble: readonly(trouble),
    doing: readonly(doing),
    isSlow: readonly(isSlow),
    remembered: kept(keptAs) ?? '',
    askForCode,
    async askAgain() {
      if (step.value.state === 'code')
        await askForCode(step.value.email)
    },
    async tryCode(code, name) {
      const digits = digitsIn(code)
      if (digits.length !== codeDigits) {
        tell('incomplete')
        return null
      }
      const wrong = name === undefined ? null : wrongWithName(name)
      if (wrong) {
        tell(wrong)
        return null
      }
      return await wait('trying', () => name === undefined ? edges.tryCode(digits) : edges.tryCode(digits, name))
    },
    change() {
      trouble.value = null
      step.value = { state: 'address' }
    },
    resume() {
      step.value = waiting() ?? step.value
    },
    end: () => keepStep(null),
    remember(isWished) {
      if (step.value.state === 'code')
        keep(keptAs, isWished ? step.value.email : '')
    },
  }
}

/** No code will do any more: another has to be sent, or to another address. */
export const over: ReadonlySet<SignInTrouble> = new Set(['used-up', 'expired', 'other-device', 'not-invited'])
function waiting(): SignInStep | null {
  const kept = keptStep()
  return kept && { state: 'code', ...kept }
}

export const codeDigits = 6
export const digitsIn = (code: string) => code.replace(/\D/g, '')
/** The server decides; this catches what was forgotten. */
const mayBeAddress = (address: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)
const slowAfterMs = 5_000
const keptAs = 'plantavle:address'
