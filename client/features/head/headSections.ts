import type { FieldName } from '#shared/plan/registers.ts'
import type { Text } from '../../text/index.ts'

interface HeadLine { readonly label: string, readonly fields?: readonly FieldName<'plan'>[], readonly words?: string, readonly note?: string }
export interface HeadSection { readonly id: string, readonly title: string, readonly lines: readonly HeadLine[] }

/**
 * All that is said of a plan, in the order in which it is read. Which reform and region it is for was settled when it was made:
 * its areas, phases and municipalities came with them, so they are told here and not chosen.
 */
export function headSections(text: Text, { reform, region }: { readonly reform: string, readonly region: string }): readonly HeadSection[] {
  const words = text.head
  const names = text.words.fields.plan
  const line = (field: FieldName<'plan'>, note?: string): HeadLine => ({ label: names[field], fields: [field], ...(note !== undefined && { note }) })
  return [
    {
      id: 'plan',
      title: words.plan,
      lines: [
        line('title'),
        { label: words.period, fields: ['periodFrom', 'periodTo'] },
        line('planDate'),
        line('revision'),
        line('state'),
        line('revisesDate'),
        line('revisesYear', words.revisesNote),
      ],
    },
    { id: 'approval', title: words.approval, lines: [line('approvedBy', words.rolesNote), line('preparedBy', words.preparedNote)] },
    {
      id: 'background',
      title: words.background,
      lines: [
        line('commission'),
        line('dueWith'),
        line('startPhase'),
        line('attachments'),
        line('language', words.languageNote),
        { label: names.reformId, words: reform },
        { label: names.regionId, words: region, note: words.fixedNote },
      ],
    },
  ]
}
