import { expect, test } from 'vitest'
import { importsOf, sourceFiles, type Import } from '../support/sourceFiles.ts'

/** A layer may import itself and what is listed; anything else in the project is a breach. */
const clientLayers: Record<string, readonly string[]> = {
  pages: ['features', 'plan', 'ui', 'text'],
  features: ['plan', 'ui', 'text'],
  plan: ['text'],
  ui: ['text'],
  text: [],
}
const serverLayers: Record<string, readonly string[]> = {
  transport: ['access', 'rooms', 'storage', 'bus', 'time', 'operation', 'texts'],
  access: ['storage', 'bus', 'time', 'operation', 'mail', 'texts'],
  mail: ['texts', 'time', 'operation'],
  rooms: ['storage', 'bus', 'time', 'operation'],
  storage: [],
  bus: [],
  time: [],
  operation: ['bus', 'time'],
}
const sharedLayers: Record<string, readonly string[]> = {
  export: ['plan', 'rules', 'protocol'],
  reference: ['plan', 'rules'],
  plan: ['rules', 'protocol'],
  protocol: [],
  rules: [],
}
/** Words of the plan that lower layers may speak of, as types only. */
const namesOfThePlan = ['shared/plan/values.ts', 'shared/plan/fields.ts']

const imports = sourceFiles('client', 'server', 'shared').flatMap(importsOf)
const half = (path: string) => path.split('/')[0] ?? ''
const layer = (path: string) => path.split('/').length > 2 ? path.split('/')[1] ?? '' : ''
const subject = (path: string) => path.split('/')[2] ?? ''
const told = (breaches: readonly Import[]) => breaches.map(({ from, specifier }) => `${from} imports ${specifier}`)

function breachesIn(name: string, layers: Record<string, readonly string[]>): Import[] {
  return imports.filter(({ from, to }) => {
    if (to === null || half(from) !== name || half(to) !== name || layer(from) === '' || layer(from) === layer(to))
      return false
    const allowed = layers[layer(from)]
    return allowed ? !allowed.includes(layer(to)) : layer(to) === ''
  })
}

test('O1 client and server meet only in shared, by its name, and nothing imports from the tests', () => {
  const breaches = imports.filter(({ from, to, specifier }) => {
    if (to === null || half(to) === half(from))
      return false
    return half(to) !== 'shared' || !specifier.startsWith('#shared/')
  })
  expect(told(breaches)).toEqual([])
})

test('O1 the client goes from pages to features to the plan, and its plain parts know no plan', () => {
  expect(told(breachesIn('client', clientLayers))).toEqual([])
  const plainParts = imports.filter(({ from, to }) => layer(from) === 'ui' && half(from) === 'client' && to?.startsWith('shared/plan/'))
  expect(told(plainParts)).toEqual([])
})

test('O1 features of the client never import each other', () => {
  const breaches = imports.filter(({ from, to }) =>
    from.startsWith('client/features/') && to?.startsWith('client/features/') && subject(from) !== subject(to))
  expect(told(breaches)).toEqual([])
})

test('O1 the server goes from transport to access and rooms to storage and bus', () => {
  expect(told(breachesIn('server', serverLayers))).toEqual([])
})

test('O1 only transport knows sockets and HTTP, only storage a database, and a room neither files nor network', () => {
  const onlyIn = (folders: readonly string[], packages: RegExp) => imports.filter(({ from, specifier, isTypeOnly }) =>
    half(from) === 'server' && layer(from) !== '' && !folders.includes(layer(from)) && !isTypeOnly && packages.test(specifier))
  expect(told(onlyIn(['transport'], /^(ws|hono|@hono\/.*|node:https?)$/))).toEqual([])
  expect(told(onlyIn(['storage'], /^node:sqlite$/))).toEqual([])
  expect(told(imports.filter(({ from, specifier }) => from.startsWith('server/rooms/') && /^node:(fs|net|http|tls)/.test(specifier)))).toEqual([])
})

test('O1 shared goes from exports to plan to rules, and needs neither Node nor a browser', () => {
  const breaches = breachesIn('shared', sharedLayers).filter(({ to, isTypeOnly }) => !(isTypeOnly && to && namesOfThePlan.includes(to)))
  expect(told(breaches)).toEqual([])
  const outside = imports.filter(({ from, to, specifier }) =>
    half(from) === 'shared' && to === null && !/^(yjs|y-protocols|lib0|fractional-indexing)(\/|$)/.test(specifier))
  expect(told(outside)).toEqual([])
})
