/**
 * Why a connection ends. Codes 4400–4499 mean «stay away», all others «come back»; y-websocket 3.1 keeps to that.
 * `stock` are the codes of the websocket standard that the server uses for malformed input.
 */
export const closeCode = {
  signedOut: 4401,
  /** Refused or removed: an update that may not pass, or a role that was taken away. */
  refused: 4403,
  /** No such plan, or not yours: the same answer for both. */
  notFound: 4404,
  otherEpoch: 4409,
  /** The plan was written by a newer server than this one. */
  newerPlan: 4424,
  outdatedClient: 4426,
  comeBack: 4503,
  restarting: 1012,
  stock: { protocol: 1002, unsupported: 1003, invalid: 1007, policy: 1008, tooBig: 1009 },
} as const

/**
 * Why the client does not come back by itself, as the person meets it. No close code alone means `refused`, which follows a
 * refusal frame, `not-understood`, which follows several closes for malformed input, or `differs`, which the client itself finds
 * when its document is not the server's.
 */
export type CloseReason =
  'signed-out' | 'refused' | 'access-changed' | 'not-found' | 'other-epoch' | 'newer-plan' | 'outdated-client' | 'too-big' | 'not-understood'
  | 'differs'

/** The reason behind a close code, or null when the client simply comes back. */
export function closeReason(code: number): CloseReason | null {
  switch (code) {
    case closeCode.signedOut: return 'signed-out'
    case closeCode.refused: return 'access-changed'
    case closeCode.notFound: return 'not-found'
    case closeCode.otherEpoch: return 'other-epoch'
    case closeCode.newerPlan: return 'newer-plan'
    case closeCode.outdatedClient: return 'outdated-client'
    case closeCode.stock.tooBig: return 'too-big'
    default: return null
  }
}

/** Whether the server could make nothing of what it was sent. It may be chance; again and again it is not. */
export function isNotUnderstood(code: number): boolean {
  const { protocol, unsupported, invalid, policy } = closeCode.stock
  return [protocol, unsupported, invalid, policy].some(known => known === code)
}
