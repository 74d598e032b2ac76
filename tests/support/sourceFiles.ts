import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import ts from 'typescript'

/** The folder of the whole project. */
export const projectRoot = resolve(import.meta.dirname, '../..')

const notOurs = new Set(['node_modules', 'dist', 'data', '.git'])

/** Paths of all files below `folder`, from the project's root, sorted; what is installed, built or stored is left out. */
export function filesIn(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true })
    .filter(entry => !notOurs.has(entry.name))
    .flatMap(entry => entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)])
    .map(path => relative('', path))
    .sort()
}

export const sourceFiles = (...folders: string[]) => folders.flatMap(filesIn).filter(path => /\.(ts|vue)$/.test(path))

export const readText = (path: string) => readFileSync(join(projectRoot, path), 'utf8')

/** The scripts of a component, or the whole of a module, as one TypeScript source. */
export function scriptOf(path: string): string {
  const source = readText(path)
  return path.endsWith('.vue') ? [...source.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(match => match[1]).join('\n') : source
}

export interface Import { readonly from: string, readonly specifier: string, readonly to: string | null, readonly isTypeOnly: boolean }

/** Every import and re-export of a file. `to` is a path from the project's root, or null for a package. */
export function importsOf(path: string): Import[] {
  const found: Import[] = []
  const add = (node: ts.Node, isTypeOnly: boolean) => {
    if (ts.isStringLiteralLike(node))
      found.push({ from: path, specifier: node.text, to: targetOf(path, node.text), isTypeOnly })
  }
  visit(parse(path), (node) => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, isTypeImport(node.importClause))
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0])
      add(node.arguments[0], false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true)
  })
  return found
}

/** The words of every string and template in a file's scripts, with the line each stands on. */
export function stringsOf(path: string): { readonly text: string, readonly line: number }[] {
  const found: { text: string, line: number }[] = []
  const source = parse(path)
  visit(source, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      found.push({ text: node.text, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 })
  })
  return found
}

/** The names of the tests in a file: the first argument of every call of `test`, also through `test.each(…)` and its like. */
export function testNamesOf(path: string): string[] {
  const names: string[] = []
  visit(parse(path), (node) => {
    const name = ts.isCallExpression(node) ? node.arguments[0] : undefined
    if (name && ts.isCallExpression(node) && rootName(node.expression) === 'test' && isNameLike(name))
      names.push(ts.isTemplateExpression(name) ? name.head.text : name.text)
  })
  return names
}

function rootName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression))
    return expression.text
  return ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression) ? rootName(expression.expression) : ''
}
function isNameLike(node: ts.Expression): node is ts.StringLiteralLike | ts.TemplateExpression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause)
    return false
  const named = clause.namedBindings && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : []
  return clause.isTypeOnly || (!clause.name && named.length > 0 && named.every(element => element.isTypeOnly))
}

function targetOf(from: string, specifier: string): string | null {
  if (specifier.startsWith('#shared/'))
    return specifier.slice(1).split('?')[0] ?? null
  if (!specifier.startsWith('.'))
    return null
  return relative(projectRoot, resolve(projectRoot, from, '..', specifier.split('?')[0] ?? ''))
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, scriptOf(path), ts.ScriptTarget.Latest, true)
}

function visit(node: ts.Node, seen: (node: ts.Node) => void): void {
  seen(node)
  ts.forEachChild(node, child => visit(child, seen))
}
