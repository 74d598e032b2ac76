import { spawnSync } from 'node:child_process'
import { projectRoot } from './sourceFiles.ts'

/** Before tests of the whole: the client that `npm start` would serve, built where it is missing or older than its source. */
export function setup(): void {
  const { status } = spawnSync(process.execPath, ['server/build-client.ts'], {
    cwd: projectRoot, env: { ...process.env, NODE_ENV: 'production', VITEST: '' }, stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0)
    throw new Error('the client cannot be built')
}
