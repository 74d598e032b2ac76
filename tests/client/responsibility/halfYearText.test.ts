import { describe, expect, test } from 'vitest'
import { toHtml, toMailAddress, toText, type ListItem, type SentList } from '../../../client/features/responsibility/halfYearText.ts'
import { dutyInWords, operatingInWords } from '../../../client/features/responsibility/wording.ts'
import { nb } from '../../../client/text/nb.ts'
import { nn } from '../../../client/text/nn.ts'

const item = (changes: Partial<ListItem> = {}): ListItem =>
  ({ number: '8', when: 'Halvårlig', name: 'Møter med kommunene', goal: 'Mål 2: Vite', role: 'gjennom USHT', ...changes })
const list = (changes: Partial<SentList> = {}): SentList => ({
  head: ['Leve hele livet', 'USHT Rogaland, høst 2022', 'Hentet fra planen 22.11.2026'],
  sections: [
    { title: 'I halvåret', items: [item()] }, { title: 'Uten fast tidspunkt', items: [] },
    { title: 'Nettverk i drift', items: [item({ number: '', name: 'Aktiv omsorg', goal: '', role: 'som drifter av nettverket' })] },
  ],
  at: 'Lista i Plantavle: https://plan.example/plan/p/ansvar?vis=liste&org=usht&halvar=2022h',
  columns: { kind: 'Del', when: 'Når', activity: 'Aktivitet', goal: 'Mål', role: 'Rolle' },
  ...changes,
})

describe('a list that is sent', () => {
  test('U68 as text it says plan, party, half-year and day, and each thing with when, role and goal; what is empty is left out', () => {
    expect(toText(list())).toBe([
      'Leve hele livet', 'USHT Rogaland, høst 2022', 'Hentet fra planen 22.11.2026',
      '', 'I HALVÅRET (1)', '8. Møter med kommunene', '   Halvårlig', '   gjennom USHT', '   Mål 2: Vite',
      '', 'NETTVERK I DRIFT (1)', '– Aktiv omsorg', '   Halvårlig', '   som drifter av nettverket',
      '', 'Lista i Plantavle: https://plan.example/plan/p/ansvar?vis=liste&org=usht&halvar=2022h', '',
    ].join('\n'))
  })

  test('U68 as a table its words are no markup and run as no formula, and each is one line', () => {
    const html = toHtml(list({ sections: [{ title: 'I halvåret', items: [item({ name: '=SUM(A1)', goal: '<img src=x>\nog mer' })] }] }))
    expect(html).toContain('<td>&#39;=SUM(A1)</td>'.replace('&#39;', '\''))
    expect(html).toContain('<td>&lt;img src=x&gt; og mer</td>')
    expect(html).toContain('<th>Del</th><th>Når</th><th>Aktivitet</th><th>Mål</th><th>Rolle</th>')
    expect(html).not.toContain('<img')
  })

  test('U68 as a letter it holds what there is room for in an address, whole things at a time, and says where the rest is', () => {
    const rest = 'Resten: https://plan.example/p'
    const short = toMailAddress(list(), rest)
    expect(decodeURIComponent(short)).toContain('subject=USHT Rogaland, høst 2022 – Leve hele livet')
    expect(decodeURIComponent(short)).toContain('8. Møter med kommunene')
    expect(decodeURIComponent(short)).not.toContain(rest)
    for (const count of [25, 60, 400]) {
      const items = Array.from({ length: count }, (_, n) => item({ number: String(n + 1), name: `Møte æøå nummer ${n + 1}` }))
      const address = toMailAddress(list({ sections: [{ title: 'I halvåret', items }] }), rest)
      const body = decodeURIComponent(address)
      expect(address.length).toBeLessThanOrEqual(1_900)
      expect(body.endsWith(`…\r\n${rest}`)).toBe(true)
      // No thing stands without its last line.
      expect(body.match(/nummer/g)?.length).toBe(body.match(/Mål 2: Vite/g)?.length)
      expect(body.match(/nummer/g)?.length).toBeGreaterThan(3)
    }
  })

  test('U69 the way is told in both written languages: as oneself, through whom, and what one takes part in through others', () => {
    const nameOf = (id: string) => ({ usht: 'USHT', gruppa: 'Koordineringsgruppa' })[id] ?? id
    const said = (...standing: Parameters<typeof dutyInWords>[0][]) => [nb, nn].flatMap(text => standing.map(one => dutyInWords(one, text, nameOf)))
    const through = (roles: string[], ...way: string[]) => ({ way, roles })
    expect(said({ isDirect: true, roles: ['lead'], through: [through([], 'gruppa')] })).toEqual(['som leder, gjennom Koordineringsgruppa', 'som leiar, gjennom Koordineringsgruppa'])
    expect(said({ isDirect: false, roles: [], through: [through([], 'usht'), through([], 'gruppa', 'usht')] }))
      .toEqual(['gjennom USHT og gjennom Koordineringsgruppa, der USHT er med', 'gjennom USHT og gjennom Koordineringsgruppa, der USHT er med'])
    expect(said({ isDirect: false, roles: [], through: [through(['contributor'], 'usht')] })).toEqual(['medvirker gjennom USHT', 'medverkar gjennom USHT'])
    expect(operatingInWords({ isDirect: true, roles: ['operator'], through: [] }, nb, nameOf)).toBe('som drifter av nettverket')
    expect(operatingInWords({ isDirect: true, roles: ['partner', 'programme'], through: [] }, nb, nameOf)).toBe('som samarbeider og program av nettverket')
  })
})
