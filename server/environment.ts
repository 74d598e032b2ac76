/** What the operator decides from outside. */
export interface Environment {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Null: the server is reached at localhost. */
  readonly publicOrigin: string | null
}

export class UnfitPortError extends Error {
  override readonly name = 'UnfitPortError'
}

export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const port = Number(env.PORT || '8080')
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UnfitPortError(env.PORT)
  return { port, host: env.HOST || '127.0.0.1', dataDir: env.DATA_DIR || './data', publicOrigin: env.PUBLIC_ORIGIN || null }
}
