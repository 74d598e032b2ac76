import type { Facts } from './watch.ts'

/** Longer than anything of ours. */
const maxChars = 200
/** What a session or a sign-in link is opened with has this shape; a plan's id, which opens nothing, may have it too. */
const secret = /(?<![\w-])(?![a-z-]+-[0-9a-f]{32}(?![\w-]))[\w-]{43}(?![\w-])/g
const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Facts as they may stand in a log. */
export function harmless(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? harmlessWords(value) : value]))
}

const harmlessWords = (words: string) => words.replace(secret, '…').replace(steering, ' ').slice(0, maxChars)

/**
 * What is told of an error. Messages quote what they are about, so what stands in quotes is left out, from the first to the last;
 * one about text that could not be read is left out whole.
 */
export function factsOfError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error))
    return { message: unquoted(String(error)) }
  const code = 'code' in error ? error.code : undefined
  const errcode = 'errcode' in error ? error.errcode : undefined
  return {
    error: harmlessWords(error.name),
    message: error instanceof SyntaxError ? '' : unquoted(error.message),
    ...(typeof code === 'string' ? { code: harmlessWords(code) } : {}),
    ...(typeof errcode === 'number' ? { errcode } : {}),
    stack: framesOf(error),
  }
}

const unquoted = (message: string) => harmlessWords((message.split('\n')[0] ?? '').replace(/["'«“`].*["'»”`]/u, '…'))

const mostFrames = 5
/** The message stands before the frames, and may be of several lines. */
const framesOf = ({ stack = '' }: Error) =>
  stack.split('\n').filter(line => /^\s+at .*:\d+:\d+\)?$/.test(line)).slice(0, mostFrames).map(line => harmlessWords(line.trim()))
