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
  outdatedClient: 4426,
  comeBack: 4503,
  restarting: 1012,
  stock: { protocol: 1002, unsupported: 1003, invalid: 1007, policy: 1008, tooBig: 1009 },
} as const

/** A close that the client does not come back from by itself, as the person meets it. */
export type CloseReason = 'signed-out' | 'refused' | 'not-found' | 'other-epoch' | 'outdated-client' | 'too-big'

/** The reason behind a close code, or null when the client simply comes back. */
export function closeReason(code: number): CloseReason | null {
  switch (code) {
    case closeCode.signedOut: return 'signed-out'
    case closeCode.refused: return 'refused'
    case closeCode.notFound: return 'not-found'
    case closeCode.otherEpoch: return 'other-epoch'
    case closeCode.outdatedClient: return 'outdated-client'
    case closeCode.stock.tooBig: return 'too-big'
    default: return null
  }
}
