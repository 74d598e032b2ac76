import { expect, test } from 'vitest'
import { filesIn, readText, sourceFiles, stringsOf } from '../support/sourceFiles.ts'

const norwegian = /[æøåÆØÅ]/
const linesWith = (paths: readonly string[], pattern: RegExp) => paths.flatMap(path =>
  readText(path).split('\n').flatMap((line, at) => pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []))

test('O3 every sentence of the interface stands in client/text', () => {
  const files = sourceFiles('client').filter(path => !path.startsWith('client/text/'))
  const inScripts = files.flatMap(path => stringsOf(path).filter(({ text }) => norwegian.test(text)).map(({ text }) => `${path}: ${text}`))
  expect(inScripts).toEqual([])
  const inTemplates = files.filter(path => path.endsWith('.vue')).filter(path => norwegian.test(templateOf(path)))
  expect(inTemplates).toEqual([])
})

test('O3 sentences of the server stand in its texts, and call it one thing', () => {
  const files = sourceFiles('server')
  const inScripts = files.filter(path => !/^server\/texts\/|[tT]exts\.ts$|^server\/plans\/demo\.ts$/.test(path))
    .flatMap(path => stringsOf(path).filter(({ text }) => norwegian.test(text)).map(({ text }) => `${path}: ${text}`))
  expect(inScripts).toEqual([])
  expect(linesWith(files, /tjener(?:en|e|ne)?\b/i)).toEqual([])
})

test('O3 colours are named in one file', () => {
  const files = filesIn('client').filter(path => /\.(vue|css|ts)$/.test(path) && path !== 'client/styles/tokens.css')
  expect(linesWith(files, /#[0-9a-f]{3,8}\b(?![\w-])|\b(?:rgb|hsl|oklch)a?\(/i)).toEqual([])
})

test('O3 no file names a package registry or a place on one machine', () => {
  const places = ['npmjs', 'yarnpkg', 'debian'].map(name => `${name}\\.(?:org|com)`)
  const homes = ['home', 'Users', 'work', 'root'].map(name => `(?<![\\w.#@:}-])/${name}/`)
  expect(linesWith(textFiles(), new RegExp([...places, ...homes].join('|')))).toEqual([])
})

test('O3 the lock file records no addresses', () => {
  expect(linesWith(['package-lock.json'], /"resolved"/)).toEqual([])
})

test('O3 no check is switched off in a file, and no work is left for later in one', () => {
  const marks = [['eslint', '-disable'], ['@ts', '-ignore'], ['@ts', '-nocheck'], ['TO', 'DO\\b'], ['FIX', 'ME\\b']]
  const files = textFiles().filter(path => /\.(ts|vue|js|css)$/.test(path))
  expect(linesWith(files, new RegExp(marks.map(parts => parts.join('')).join('|')))).toEqual([])
})

function textFiles(): string[] {
  return filesIn('').filter(path => /\.(ts|vue|js|css|html|md|json|svg|yml)$|^\.ci\/|^\.npmrc$/.test(path) && path !== 'package-lock.json')
}

/** The template without its comments. */
function templateOf(path: string): string {
  return (/<template>[^]*<\/template>/.exec(readText(path))?.[0] ?? '').replaceAll(/<!--[^]*?-->/g, '')
}
