import { longestName } from '#shared/rules/names.ts'
import type { ReformFault } from '#shared/reference/reformParts.ts'
import { printable } from '../texts/sentences.ts'
import type { AdminRefusal } from './requests.ts'

/** A command that will not be carried out, and why. */
export class Refused extends Error {
  readonly refusal: AdminRefusal
  readonly what: string
  readonly faults: readonly ReformFault[] | undefined
  constructor(refusal: AdminRefusal, what: string, faults?: readonly ReformFault[]) {
    super(`${refusal}: ${what}`)
    this.refusal = refusal
    this.what = what
    this.faults = faults
  }
}

const longestTitle = 200

/** A title as the operator gives it. */
export const checkTitle = (given: string): string => checkLine(given, longestTitle)
/** The name of a person or an organisation, the same. */
export const checkName = (given: string): string => checkLine(given, longestName)

function checkLine(given: string, longest: number): string {
  const name = given.trim()
  if (name === '')
    throw new Refused('empty', given)
  if (printable(name) !== name)
    throw new Refused('unprintable', name)
  if (name.length > longest)
    throw new Refused('too-long', name)
  return name
}
