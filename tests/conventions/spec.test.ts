import { expect, test } from 'vitest'
import { filesIn, readText, testNamesOf } from '../support/sourceFiles.ts'

const ruleLine = /^- \*\*([A-Z]\d+[a-z]?)\*\* /gm
const heading = /^([A-Z]\d+[a-z]?(?:, [A-Z]\d+[a-z]?)*) \S/

const rules = [...readText('shared/SPEC.md').matchAll(ruleLine)].map(match => match[1] ?? '')
const names = filesIn('tests')
  .filter(path => path.endsWith('.test.ts'))
  .flatMap(path => testNamesOf(path).map(name => ({ path, name, rules: heading.exec(name)?.[1]?.split(', ') ?? [] })))

test('O2 every rule of the specification heads a test', () => {
  const tested = new Set(names.flatMap(name => name.rules))
  expect(rules.length).toBeGreaterThan(0)
  expect(rules.filter(rule => !tested.has(rule))).toEqual([])
})

test('O2 every rule that heads a test is in the specification, and stands there once', () => {
  const unknown = names.filter(name => name.rules.some(rule => !rules.includes(rule)))
  expect(unknown.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
  expect(rules.filter((rule, at) => rules.indexOf(rule) !== at)).toEqual([])
})

test('O2 the name of every test is a sentence headed by its rule', () => {
  expect(names.filter(name => name.rules.length === 0).map(({ path, name }) => `${path}: ${name}`)).toEqual([])
})
