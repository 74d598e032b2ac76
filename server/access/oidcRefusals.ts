import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'
import type { OidcReason, OidcRefusal } from './oidcClaims.ts'

/** Errors of the protocol (RFC 6749, OpenID Connect) that are not the settings' fault. */
const reasons: Readonly<Record<string, OidcReason>> = {
  access_denied: 'cancelled',
  login_required: 'cancelled',
  interaction_required: 'cancelled',
  consent_required: 'cancelled',
  account_selection_required: 'cancelled',
  unmet_authentication_requirements: 'weak',
  temporarily_unavailable: 'unreachable',
  server_error: 'unreachable',
}

/** What a token is compared by, and when. */
const comparisons: Readonly<Record<string, OidcReason>> = {
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: 'mismatch',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'mismatch',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'expired',
  OAUTH_TIMEOUT: 'unreachable',
  OAUTH_ABORT: 'unreachable',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'unreachable',
}

/** What went wrong on the way, as a refusal. Of the error its code stands alone: its words may be somebody's. */
export function refusalOf(error: unknown): OidcRefusal {
  if (error instanceof AuthorizationResponseError)
    return { reason: reasons[error.error] ?? 'unfit-answer', code: word(error.error) }
  if (error instanceof ResponseBodyError)
    return { reason: error.error === 'invalid_grant' ? 'expired' : reasons[error.error] ?? 'unfit-answer', code: word(error.error) }
  if (error instanceof WWWAuthenticateChallengeError)
    return { reason: 'unfit-answer', code: 'challenge' }
  if (error instanceof ClientError && error.code !== undefined)
    return { reason: comparisons[error.code] ?? 'unfit-answer', code: word(error.code) }
  const code = codeOfCause(error)
  // What `fetch` throws where there is no line, and nothing of the library's.
  return error instanceof TypeError && error.message === 'fetch failed'
    ? { reason: 'unreachable', code: word(code ?? 'no-line') }
    : { reason: 'unfit-answer', code: word(code ?? 'unknown') }
}

function codeOfCause(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null
  return typeof code === 'string' ? code : null
}

const word = (code: string) => /^[\w-]{1,60}$/.test(code) ? code : 'other'
