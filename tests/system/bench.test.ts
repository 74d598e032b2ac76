import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { cleanEnvironment } from '../support/server.ts'
import { projectRoot } from '../support/sourceFiles.ts'

test('O64 in every scenario that the server is measured in, all is delivered, the same for everybody, and acknowledged', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['tests/bench/main.ts', 'server', '--quick', '--only', 'ours'], {
    cwd: projectRoot, env: cleanEnvironment(),
  })
  const rows = stdout.split('\n').filter(line => line.startsWith('│ ours '))
  expect(rows).toHaveLength(9)
  for (const row of rows)
    expect(row).toMatch(/^│ ours +│ 'yes' +│ 'yes' +│ '(yes)?' +│$/)
}, 180_000)
