import { describe, expect, test } from 'vitest'
import { addRow, putMember, setCell, trashRow } from '#shared/plan/commands.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { readRegister } from '#shared/plan/read.ts'
import type { NewCells } from '#shared/plan/rows.ts'
import { referencePlans } from '#shared/reference/plans.ts'
import { actorsNamed, cooperationOf } from '#shared/rules/cooperation.ts'
import { ringThrough } from '#shared/rules/membership.ts'
import { planWith } from '../../support/plans.ts'

const answersOf = ({ doc }: Plan) => cooperationOf({
  collaborations: readRegister(doc, 'collaborations'), organisations: readRegister(doc, 'organisations'), groups: readRegister(doc, 'groups'),
})
const lacksOf = (plan: Plan) => Object.fromEntries(answersOf(plan).map(({ actor, lacks }) => [actor, lacks]))
const answered = { 'elderly-council': [], 'county-authority': [], 'health-trust': [] }
const empty = () => planWith({ plan: [{ id: 'head', title: 'Tom plan' }] })

function add(plan: Plan, register: 'collaborations' | 'organisations' | 'groups', cells: NewCells): string {
  const added = addRow(plan, register, cells)
  if (!added.ok)
    throw new Error(added.refusal)
  return added.id
}
const planOf = (id: string) => planWith(referencePlans.find(plan => plan.id === id)?.seed())

describe('required actors', () => {
  test('F23 an empty plan lacks eldreråd, fylkeskommune and helseforetak, and each is answered for when it is added with form and role', () => {
    const plan = empty()
    expect(lacksOf(plan)).toEqual({ 'elderly-council': ['collaboration'], 'county-authority': ['collaboration'], 'health-trust': ['collaboration'] })
    for (const [words, lacking] of [['Fylkeseldrerådet', 2], ['Rogaland fylkeskommune', 1], ['Helse Stavanger HF', 0]] as const) {
      add(plan, 'collaborations', { with: words, form: 'Møte hvert halvår', role: 'Gir råd' })
      expect(Object.values(lacksOf(plan)).filter(lacks => lacks.length > 0)).toHaveLength(lacking)
    }
    expect(lacksOf(plan)).toEqual(answered)
  })

  test('F23 an actor is there by its organisation’s type, in a collective, in the group it goes through, and by a name the plan has for it', () => {
    const plan = empty()
    const hospital = add(plan, 'organisations', { name: 'Helse Fonna', short: 'Fonna', type: 'health-trust' })
    const county = add(plan, 'organisations', { name: 'Rogaland', short: 'RFK', type: 'county-authority' })
    const council = add(plan, 'organisations', { name: 'Rådet', short: 'Rådet', type: 'elderly-council' })
    const all = add(plan, 'organisations', { name: 'Foretakene', type: 'collective', members: { [hospital]: true } })
    const forum = add(plan, 'groups', { name: 'Ressursforum', members: { [council]: 'leder' } })
    const said = { form: 'Møter', role: 'Bidrar' }
    const row = add(plan, 'collaborations', { ...said, with: 'De store', organisations: { [all]: true } })
    expect(lacksOf(plan)['health-trust']).toEqual([])
    setCell(plan, { register: 'collaborations', row, field: 'groupId' }, forum)
    expect(lacksOf(plan)['elderly-council']).toEqual([])
    add(plan, 'collaborations', { ...said, with: 'Møte med RFK om folkehelse' })
    expect(lacksOf(plan)).toEqual(answered)
    expect(answersOf(plan).find(({ actor }) => actor === 'county-authority')?.organisations).toEqual([county])
  })

  test('F23 what none of an actor’s collaborations says is lacking: its form, or its role; an agreement is a form', () => {
    const plan = empty()
    const row = add(plan, 'collaborations', { with: 'Eldreråd' })
    expect(lacksOf(plan)['elderly-council']).toEqual(['form', 'role'])
    setCell(plan, { register: 'collaborations', row, field: 'agreement' }, 'no')
    expect(lacksOf(plan)['elderly-council']).toEqual(['form', 'role'])
    setCell(plan, { register: 'collaborations', row, field: 'agreement' }, 'yes')
    expect(lacksOf(plan)['elderly-council']).toEqual(['role'])
    add(plan, 'collaborations', { with: 'eldreråda i kommunane', role: 'Gir råd' })
    expect(lacksOf(plan)['elderly-council']).toEqual([])
  })

  test('F23 a trashed collaboration, organisation or group answers for nobody', () => {
    const plan = empty()
    const hospital = add(plan, 'organisations', { name: 'Fonna', type: 'health-trust' })
    const row = add(plan, 'collaborations', { with: 'De store', organisations: { [hospital]: true }, form: 'Møter', role: 'Bidrar' })
    expect(lacksOf(plan)['health-trust']).toEqual([])
    trashRow(plan, 'organisations', hospital)
    expect(lacksOf(plan)['health-trust']).toEqual(['collaboration'])
    const words = add(plan, 'collaborations', { with: 'Helseforetak', form: 'Møter', role: 'Bidrar' })
    expect(lacksOf(plan)['health-trust']).toEqual([])
    trashRow(plan, 'collaborations', words)
    trashRow(plan, 'collaborations', row)
    expect(lacksOf(plan)['health-trust']).toEqual(['collaboration'])
  })

  test('F24 words name an actor in bokmål and nynorsk and common forms, and a word inside another does not', () => {
    const named = {
      'elderly-council': [
        'Fylkeseldrerådet', 'eldreråda i kommunane', 'Kommunenes eldreråd og bruker- og seniorråd', 'Rådet for eldre og personer med nedsatt funksjonsevne',
        'eldre- og brukerråd', 'fylkeskommunens eldreråd', 'Eldrerådet i Viken fylkeskommune', 'fylkes\u00ADeldre-\nrådet', 'ELDRERÅD', 'leder av fylkeseldrerådet',
      ],
      'county-authority': ['Viken fylkeskommune og Oslo', 'Fylkeskommunen', 'fylkeskommunane', 'Rogaland FK', 'fylkeskommunens helseavdeling'],
      'health-trust': [
        'Helse Stavanger HF', 'helseforetakene', 'helseføretaka', 'Helseføretak', 'HF-ene', 'Sykehuset Innlandet', 'Stavanger universitetssjukehus',
        'spesialisthelsetenesta', 'helse-\nforetak', 'Helse Vest RHF',
      ],
    }
    const understood = Object.entries(named).map(([actor, said]) => [actor, said.filter(words => [...actorsNamed(words)].join() === actor)])
    expect(Object.fromEntries(understood)).toEqual(named)
    expect([...actorsNamed('Eldreråd, fylkeskommune, helseforetak')]).toHaveLength(3)
    expect([...actorsNamed('eldreråd i Rogaland og fylkeskommunen')]).toEqual(['elderly-council', 'county-authority'])
    const others = [
      'USHT HF', 'Eldrerådgiver i kommunen', 'Råd og organisasjoner som representerer eldre', 'fylkeskommunale tjenester', 'Kommunene', 'Ressursforum', '',
    ]
    expect(others.filter(words => actorsNamed(words).size > 0)).toEqual([])
  })

  test('F24 an organisation of another type is what its type says, whatever words are in its name', () => {
    const plan = empty()
    const unit = add(plan, 'organisations', { name: 'FoU-enheten i Helse Fonna HF og fylkeskommunen', type: 'rd-unit' })
    add(plan, 'collaborations', { with: 'Forskning', organisations: { [unit]: true }, form: 'Møter', role: 'Bidrar' })
    expect(lacksOf(plan)['health-trust']).toEqual(['collaboration'])
    setCell(plan, { register: 'organisations', row: unit, field: 'type' }, 'collective')
    expect(lacksOf(plan)).toMatchObject({ 'health-trust': [], 'county-authority': [] })
  })

  test('F25 Rogaland answers for the health trusts and, through Ressursforum, for the county; the eldreråd is in two groups and in no collaboration', () => {
    expect(answersOf(planOf('rogaland'))).toEqual([
      { actor: 'elderly-council', rows: [], lacks: ['collaboration'], organisations: ['fylkeseldreradet-rogaland'], groups: ['g-strategisk', 'g-koordinering'] },
      { actor: 'county-authority', rows: ['C1'], lacks: [], organisations: ['rogaland-fk'], groups: ['g-strategisk', 'g-ressursforum'] },
      { actor: 'health-trust', rows: ['C5'], lacks: [], organisations: ['helse-fonna-hf', 'helse-stavanger-hf'], groups: [] },
    ])
  })

  test('F25 Oslo og Viken answers for all three, in one row and in rows of their own', () => {
    const answers = answersOf(planOf('oslo-og-viken'))
    expect(answers.map(({ actor, rows, lacks }) => [actor, rows, lacks])).toEqual([
      ['elderly-council', ['C1', 'C3'], []], ['county-authority', ['C1', 'C6'], []], ['health-trust', ['C1', 'C4'], []],
    ])
    expect(answers.map(answer => answer.organisations[0])).toEqual(['eldrerad', 'viken-fk', 'helseforetak'])
  })
})

describe('rings of members', () => {
  const parties = ({ doc }: Plan) => ({ organisations: readRegister(doc, 'organisations'), groups: readRegister(doc, 'groups') })

  test('F26 a group that is a member of itself through others is told with the way round, and nobody beside the ring is', () => {
    const plan = empty()
    const [a, b, c, d] = ['A', 'B', 'C', 'D'].map(name => add(plan, 'groups', { name })) as [string, string, string, string]
    const put = (group: string, member: string) => putMember(plan, { register: 'groups', row: group, field: 'members' }, member)
    put(a, b)
    put(b, c)
    put(d, a)
    expect([a, b, c, d].map(id => ringThrough(id, parties(plan)))).toEqual([null, null, null, null])
    put(c, a)
    expect(ringThrough(a, parties(plan))).toEqual([a, b, c, a])
    expect(ringThrough(c, parties(plan))).toEqual([c, a, b, c])
    expect(ringThrough(d, parties(plan))).toBeNull()
    put(d, d)
    expect(ringThrough(d, parties(plan))).toEqual([d, d])
    trashRow(plan, 'groups', b)
    expect(ringThrough(a, parties(plan))).toBeNull()
  })

  test('F26 neither reference plan has a ring', () => {
    for (const id of ['rogaland', 'oslo-og-viken']) {
      const all = parties(planOf(id))
      expect([...all.organisations, ...all.groups].filter(row => ringThrough(row.id, all) !== null)).toEqual([])
    }
  })
})
