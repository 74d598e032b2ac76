import type { Invited } from '#shared/protocol/access.ts'
import type { IsoDate } from '#shared/plan/values.ts'
import { writeLetter } from '../mail/letter.ts'
import type { Mail } from '../mail/mail.ts'
import type { Storage, StoredPlan } from '../storage/contracts.ts'
import type { NewInvitation, StoredMember } from '../storage/people.ts'
import type { Language } from '../texts/mails.ts'
import { hashOf } from './secrets.ts'

/** Hands an invitation's link over, by letter or by hand, and writes down what became of the letter. */
export interface InvitationLetters {
  /** How an invitation goes out that nobody asks to give by hand. */
  readonly usual: 'sending' | 'none'
  /**
   * Of one that is written down already, as it is to go out. By hand the link is given to whoever invites; by letter to nobody but its
   * reader. Answers at once: that the mail server took it is told by the invitation, and only of the very letter it took (T75, T76).
   */
  handOver(plan: StoredPlan, invitation: Omit<NewInvitation, 'hash'>, secret: string, language: Language, by: StoredMember): Omit<Invited, 'outcome'>
}

export interface InvitationLetterParts {
  readonly storage: Pick<Storage, 'members'>
  readonly mail: Pick<Mail, 'isThere' | 'send'>
  readonly publicOrigin: () => string
  readonly report: (what: string, error: unknown) => void
}

export function openInvitationLetters({ storage: { members }, mail, publicOrigin, report }: InvitationLetterParts): InvitationLetters {
  const put = (written: Promise<void>) => void written.catch((error: unknown) => report('what became of an invitation\'s letter could not be written', error))
  put(members.giveUpInvitationMail())

  return {
    usual: mail.isThere ? 'sending' : 'none',
    handOver({ title }, { email, name, role, registers, until, at, expiresAt, mail: way }, secret, language, by) {
      const origin = publicOrigin()
      const link = `${origin}/invitasjon/${secret}`
      if (way !== 'sending')
        return { email, mail: 'none', link }
      const untilDay = until === null ? null : dayOf(until - 1)
      const expiresDay = dayOf(Math.max(at, expiresAt - dayMs))
      const facts = { planTitle: title, inviter: by, grant: { role, registers }, untilDay, link, expiresDay, origin }
      const letter = writeLetter('invitation', facts, { to: { name: name || null, address: email }, language })
      put(mail.send(letter).then(outcome => members.putInvitationMail(hashOf(secret), outcome)))
      return { email, mail: 'sending', link: null }
    },
  }
}

/** The letter's «til og med» is of a whole day. */
const dayMs = 24 * 60 * 60_000

/** The day of a moment, in Norway. */
export function dayOf(at: number): IsoDate {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short' }).format(at)
}
