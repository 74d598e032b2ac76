import { readFileSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { resolve } from 'node:path'
import { adminOptions, fileOptions, isAdminCommand, type AdminAnswer, type AdminRequest } from './admin/requests.ts'
import { isFolderCommand } from './admin/folderNames.ts'
import { askServer } from './admin/socketFile.ts'
import { adminTexts, sayAnswer } from './admin/texts.ts'
import { readEnvironment } from './environment.ts'
import { FolderInUseError } from './storage/contracts.ts'
import { sayFailure } from './texts/sentences.ts'
import { toOrigins } from './transport/origins.ts'

/** `npm run -s admin -- …`: the operator's commands, beside a running server or without one. Exit 1 is a refusal, 2 a misuse. */
const exitCode = { done: 0, refused: 1, misused: 2 } as const
/** A server that is just starting or stopping holds the folder without answering yet. */
const tries = 20
const betweenTriesMs = 250
const maxFileBytes = 1024 * 1024

process.umask(0o077)
process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args)
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n`)
    return exitCode.misused
  }
  const { request, isJson } = asked
  try {
    const answer = await run(request)
    if (!answer.ok)
      return refuse(sayAnswer(request.command, answer), toldOf(answer), isJson)
    process.stdout.write(isJson ? `${JSON.stringify(answer.value)}\n` : `${sayAnswer(request.command, answer)}\n`)
    return exitCode.done
  }
  catch (error) {
    return refuse(sayFailure(error), { error: 'failed' }, isJson)
  }
}

function toldOf({ refusal, faults, value }: AdminAnswer & { readonly ok: false }): { readonly error: string } {
  return { error: refusal, ...(faults && { faults }), ...value }
}

function refuse(sentence: string, told: { readonly error: string }, isJson: boolean): number {
  process.stderr.write(`${sentence}\n`)
  if (isJson)
    process.stdout.write(`${JSON.stringify(told)}\n`)
  return exitCode.refused
}

async function run(request: AdminRequest): Promise<AdminAnswer> {
  const { dataDir, port, publicOrigin } = readEnvironment(process.env)
  const folder = resolve(dataDir)
  const { command, options } = request
  if (isFolderCommand(command)) {
    const { runOnFolder } = await import('./admin/folderCommands.ts')
    return await runOnFolder({ command, options }, folder)
  }
  for (let left = tries; ; left--) {
    const answer = await askServer(folder, request)
    if (answer)
      return answer
    try {
      // Only now: beside a running server nothing of what it needs has to be loaded.
      const { runAlone } = await import('./admin/alone.ts')
      return await runAlone(request, folder, toOrigins(publicOrigin, port).publicOrigin)
    }
    catch (error) {
      if (!(error instanceof FolderInUseError) || left === 0)
        throw error
      await new Promise(done => setTimeout(done, betweenTriesMs))
    }
  }
}

/** What was asked for, or a sentence that says what is wrong with it. */
function readArguments(args: readonly string[]): { request: AdminRequest, isJson: boolean } | string {
  const names = new Set(Object.values(adminOptions).flatMap(({ needs, takes }): string[] => [...needs, ...takes]))
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        ...Object.fromEntries([...names].map(name => [name, { type: 'string' as const }])),
      },
    })
    const { json, ...given }: Readonly<Record<string, string | boolean | undefined>> = values
    const command = positionals.join(' ')
    if (!isAdminCommand(command))
      return command === '' ? adminTexts.usage : adminTexts.unknownCommand(command)
    const { needs, takes } = adminOptions[command]
    const missing = needs.filter(name => given[name] === undefined)
    if (missing.length > 0)
      return adminTexts.missing(command, missing)
    const known: readonly string[] = [...needs, ...takes]
    const extra = Object.keys(given).filter(name => !known.includes(name))
    if (extra.length > 0)
      return adminTexts.extra(command, extra)
    const options = Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    const read = readFiles(options)
    return typeof read === 'string' ? read : { request: { command, options: read }, isJson: json === true }
  }
  catch (error) {
    return adminTexts.unreadable(error instanceof Error ? error.message : String(error))
  }
}

/** What stands in the files that are named, in place of their names; or a sentence that says which cannot be read. */
function readFiles(options: Readonly<Record<string, string>>): Record<string, string> | string {
  const read: Record<string, string> = { ...options }
  for (const name of fileOptions.filter(name => Object.hasOwn(options, name))) {
    const file = options[name] ?? ''
    try {
      if (statSync(file).size > maxFileBytes)
        return adminTexts.fileTooLarge(file)
      read[name] = readFileSync(file, 'utf8')
    }
    catch (error) {
      return adminTexts.fileUnreadable(file, error instanceof Error ? error.message : String(error))
    }
  }
  return read
}
