import type { Instant } from '#shared/plan/values.ts'
import { codeStepKept, forgetCodeStep } from '../../plan/signedIn.ts'

/** That a code is on its way: where to, until when it holds, and how often one was asked for. */
export interface KeptStep { readonly email: string, readonly until: Instant, readonly asked: number }

/** Where this is; an invitation's secret is kept nowhere. */
const place = () => location.pathname.replace(/^\/invitasjon\/.*/, '/invitasjon/')

/** Keeps it for this tab and this page, so that a page that is loaded anew asks for the code still; null forgets it. */
export function keepStep(step: KeptStep | null): void {
  if (step === null)
    return forgetCodeStep()
  try {
    sessionStorage.setItem(codeStepKept, JSON.stringify({ ...step, place: place() }))
  }
  catch { /* storage is closed to us: who loads the page anew begins anew */ }
}

/** What was kept here, as long as the code holds; null for nothing. */
export function keptStep(): KeptStep | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(codeStepKept) ?? '{}') as Readonly<Record<string, unknown>>
    const { email, until, asked } = kept
    const isWhole = typeof email === 'string' && typeof until === 'number' && typeof asked === 'number'
    return isWhole && kept['place'] === place() && until > Date.now() ? { email, until, asked } : null
  }
  catch {
    return null
  }
}
