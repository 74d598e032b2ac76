import { addRows } from '#shared/plan/commands.ts'
import { readPlan } from '#shared/plan/read.ts'
import { rawClient } from './rawClient.ts'
import { addMember, signIn, type RunningServer } from './server.ts'
import { until } from './until.ts'

/** Fills a plan up to `count` activities as an editor would by pasting, with the words of those it has. */
export async function growPlan(server: RunningServer, planId: string, count: number): Promise<void> {
  const { signInUrl } = await addMember(server, planId, { name: 'Innliming' })
  const client = rawClient({ planId, cookie: await signIn(server, signInUrl) })
  await client.connect(server.origin)
  const { goals, activities } = readPlan(client.plan.doc)
  const perGoal = Math.ceil((count - activities.length) / goals.length)
  for (const [n, goal] of goals.entries()) {
    const wanted = Math.min(perGoal, count - activities.length - n * perGoal)
    const rows = Array.from({ length: wanted }, (_, at) => {
      const like = activities[(n + at) % activities.length]
      return { arena: `${like?.arena ?? ''} (${at + 1})`, topic: like?.topic ?? '', audienceId: like?.audienceId ?? null }
    })
    client.write(goal.id, plan => addRows(plan, 'activities', rows, { parentId: goal.id }))
    await until(() => client.acknowledged.has(goal.id), { what: 'the rows are on disk', withinMs: 60_000 })
  }
  await client.disconnect()
}
