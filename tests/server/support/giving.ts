import type { Grant } from '#shared/protocol/access.ts'
import type { Role } from '#shared/protocol/api.ts'
import type { HttpRoute } from '../../../server/access/rules.ts'
import type { Clock } from '../../../server/time/clock.ts'
import { ask, errorOf } from './everybody.ts'
import { asRole } from './notes.ts'
import type { SignedIn, TestServer } from './testServer.ts'

type Given = Partial<Grant> & { role: Role }
const hourMs = 60 * 60_000

/** What somebody is told who gives or takes something in the plan: the refusal, or `done`. */
export function giving(server: () => TestServer, clock: Clock) {
  async function told({ cookie }: SignedIn, route: HttpRoute, params: Record<string, string>, body: unknown = {}): Promise<string> {
    const answer = await ask(server(), route, { cookie, params, body })
    return errorOf(answer) ?? (answer.status < 300 ? 'done' : String(answer.status))
  }
  return {
    told,
    give: (by: SignedIn, to: SignedIn, grant: Given) =>
      told(by, 'POST /api/plans/:planId/members/:memberId/grant', { memberId: to.memberId }, { ...asRole(grant.role), ...grant }),
    remove: (by: SignedIn, whom: SignedIn) => told(by, 'POST /api/plans/:planId/members/:memberId/remove', { memberId: whom.memberId }),
    invite: (by: SignedIn, email: string, grant: Given) =>
      told(by, 'POST /api/plans/:planId/invitations', {}, { ...asRole(grant.role), ...grant, invitees: [{ email, name: '', organisation: '' }] }),
    letStandIn: (by: SignedIn, deputy: SignedIn, of: SignedIn, until = clock.now() + hourMs) =>
      told(by, 'POST /api/plans/:planId/deputies', {}, { memberId: of.memberId, deputyId: deputy.memberId, from: clock.now(), until }),
  }
}
