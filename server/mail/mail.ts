import { randomUUID } from 'node:crypto'
import type { SendMailOptions } from 'nodemailer'
import type { Watch } from '../operation/watch.ts'
import type { Clock } from '../time/clock.ts'
import { isAddress, type Letter } from './letter.ts'
import { failureOf, openPool, toMessage, type Failure, type MailSettings } from './smtp.ts'
import { openQueue } from './queue.ts'

/** Letters out of the server, over SMTP. */
export interface Mail {
  /** Whether letters can be sent at all. */
  readonly isThere: boolean
  /**
   * Resolves when the mail server has taken the letter, or when it is given up: at once for what is refused for good, after some
   * minutes of new tries for what may pass. Never rejects. Whoever asks for a letter over HTTP is answered without waiting for it.
   */
  send(letter: Letter): Promise<'sent' | 'failed'>
  /** Gives up what waits for its next try at once, and what is under way after a moment. May be called twice. */
  close(): Promise<void>
}

export interface MailParts {
  /** Null: no letters. */
  readonly settings: MailSettings | null
  readonly clock: Clock
  /** Is told of letters by an id of their own, their kind and the mail server's code: never of whom they are to, nor what they say. */
  readonly watch: Watch
}

/** Before the next tries. Who turns strangers away at first («greylisting») takes the letter at the last one. */
const waitsMs = [5_000, 30_000, 5 * 60_000] as const
/** Letters at a time, those that wait for their next try included. */
export const mostLetters = 500
/** Of those, how many may be other than codes that somebody waits for. */
export const mostOthers = 400
/** Tried at once. */
const places = 2
/** One try, however slowly the mail server speaks. */
export const tryLastsMs = 60_000
const closeLastsMs = 1_500

export function openMail({ settings, clock, watch }: MailParts): Mail {
  if (!settings)
    return { isThere: false, send: () => Promise.resolve('failed'), close: () => Promise.resolve() }
  const pool = openPool(settings, places)
  const queue = openQueue(places)
  const underWay = new Set<Promise<unknown>>()
  const [closing, ended] = [new AbortController(), new AbortController()]
  let closed: Promise<void> | null = null

  function tell(letter: string, kind: Letter['kind'], code: Failure['code'] | null): 'sent' | 'failed' {
    const outcome = code === null ? 'sent' : 'failed'
    watch.count('letter', outcome)
    watch.note(code === null ? 'letter-sent' : 'letter-failed', { letter, kind, ...(code === null ? {} : { code }) })
    return outcome
  }

  /** Null when it was taken. Somebody sits and waits for a code: it goes before invitations, however many they are. */
  async function tryInTurn(message: SendMailOptions, isWaitedFor: boolean): Promise<Failure | null> {
    if (!await queue.come(isWaitedFor))
      return { code: 'closed', mayPass: false }
    try {
      return await tryOnce(message)
    }
    finally {
      queue.done()
    }
  }

  async function tryOnce(message: SendMailOptions): Promise<Failure | null> {
    const late = new AbortController()
    const stop = clock.after(tryLastsMs, () => late.abort())
    try {
      await pool.sendMail({ ...message, signal: AbortSignal.any([late.signal, ended.signal]) })
      return null
    }
    catch (error) {
      return failureOf(error)
    }
    finally {
      stop()
    }
  }

  async function deliver(letter: Letter, id: string, { from }: MailSettings): Promise<'sent' | 'failed'> {
    const message = toMessage(letter, { id, from, at: new Date(clock.now()) })
    for (let tries = 0; ; tries++) {
      const failure = await tryInTurn(message, letter.kind === 'signIn')
      const waitMs = waitsMs[tries]
      if (!failure?.mayPass || waitMs === undefined)
        return tell(id, letter.kind, failure?.code ?? null)
      watch.note('letter-put-off', { letter: id, kind: letter.kind, code: failure.code })
      if (!await passed(clock, waitMs, closing.signal))
        return tell(id, letter.kind, failure.code)
    }
  }

  return {
    isThere: true,
    async send(letter) {
      const id = randomUUID()
      const bar = closed ? 'closed' : !isAddress(letter.to.address) ? 'unfit-address' : underWay.size >= (letter.kind === 'signIn' ? mostLetters : mostOthers) ? 'too-many' : null
      if (bar)
        return tell(id, letter.kind, bar)
      const delivery = deliver(letter, id, settings)
      underWay.add(delivery)
      return delivery.finally(() => underWay.delete(delivery))
    },
    close: () => closed ??= (async () => {
      closing.abort()
      queue.end()
      const stop = clock.after(closeLastsMs, () => ended.abort())
      await Promise.allSettled(underWay)
      stop()
      pool.close({ force: true })
    })(),
  }
}

/** Waits `ms`; false when it was told to stop before. */
function passed(clock: Clock, ms: number, stopped: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (stopped.aborted)
      return resolve(false)
    const giveUp = () => {
      stop()
      resolve(false)
    }
    const stop = clock.after(ms, () => {
      stopped.removeEventListener('abort', giveUp)
      resolve(true)
    })
    stopped.addEventListener('abort', giveUp, { once: true })
  })
}
