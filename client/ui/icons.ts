import ArrowsCirclepath from '@navikt/aksel-icons/svg/ArrowsCirclepath.svg?raw'
import ArrowsUpDown from '@navikt/aksel-icons/svg/ArrowsUpDown.svg?raw'
import ArrowDown from '@navikt/aksel-icons/svg/ArrowDown.svg?raw'
import ArrowUp from '@navikt/aksel-icons/svg/ArrowUp.svg?raw'
import ArrowUndo from '@navikt/aksel-icons/svg/ArrowUndo.svg?raw'
import ArrowRedo from '@navikt/aksel-icons/svg/ArrowRedo.svg?raw'
import Checkmark from '@navikt/aksel-icons/svg/Checkmark.svg?raw'
import CheckmarkCircle from '@navikt/aksel-icons/svg/CheckmarkCircle.svg?raw'
import Buildings from '@navikt/aksel-icons/svg/Buildings3.svg?raw'
import ChevronDown from '@navikt/aksel-icons/svg/ChevronDown.svg?raw'
import ChevronUp from '@navikt/aksel-icons/svg/ChevronUp.svg?raw'
import ChevronRight from '@navikt/aksel-icons/svg/ChevronRight.svg?raw'
import CloudSlash from '@navikt/aksel-icons/svg/CloudSlash.svg?raw'
import ExclamationmarkTriangle from '@navikt/aksel-icons/svg/ExclamationmarkTriangle.svg?raw'
import FileText from '@navikt/aksel-icons/svg/FileText.svg?raw'
import Flower from '@navikt/aksel-icons/svg/Flower.svg?raw'
import Handshake from '@navikt/aksel-icons/svg/Handshake.svg?raw'
import House from '@navikt/aksel-icons/svg/House.svg?raw'
import BulletList from '@navikt/aksel-icons/svg/BulletList.svg?raw'
import Calendar from '@navikt/aksel-icons/svg/Calendar.svg?raw'
import MagnifyingGlass from '@navikt/aksel-icons/svg/MagnifyingGlass.svg?raw'
import MenuHamburger from '@navikt/aksel-icons/svg/MenuHamburger.svg?raw'
import Pencil from '@navikt/aksel-icons/svg/Pencil.svg?raw'
import PersonCheckmark from '@navikt/aksel-icons/svg/PersonCheckmark.svg?raw'
import PersonGroup from '@navikt/aksel-icons/svg/PersonGroup.svg?raw'
import Plus from '@navikt/aksel-icons/svg/Plus.svg?raw'
import QuestionmarkCircle from '@navikt/aksel-icons/svg/QuestionmarkCircle.svg?raw'
import Density2 from '@navikt/aksel-icons/svg/Density2.svg?raw'
import LocationPin from '@navikt/aksel-icons/svg/LocationPin.svg?raw'
import Tasklist from '@navikt/aksel-icons/svg/Tasklist.svg?raw'
import Trash from '@navikt/aksel-icons/svg/Trash.svg?raw'
import XMark from '@navikt/aksel-icons/svg/XMark.svg?raw'
import { laterModule } from './later.ts'
import type { RareIcon } from './rareIcons.ts'

const sources = {
  'turning': ArrowsCirclepath, 'move': ArrowsUpDown, 'down': ArrowDown, 'up': ArrowUp, 'undo': ArrowUndo, 'redo': ArrowRedo,
  'check': Checkmark, 'check-circle': CheckmarkCircle, 'chevron-down': ChevronDown,
  'chevron-right': ChevronRight, 'chevron-up': ChevronUp, 'cloud-slash': CloudSlash, 'warning': ExclamationmarkTriangle,
  'flower': Flower, 'document': FileText, 'handshake': Handshake, 'buildings': Buildings, 'list': BulletList, 'calendar': Calendar,
  'house': House, 'search': MagnifyingGlass, 'menu': MenuHamburger, 'pencil': Pencil, 'people': PersonGroup, 'person-check': PersonCheckmark,
  'plus': Plus, 'help': QuestionmarkCircle, 'tasks': Tasklist, 'trash': Trash, 'close': XMark, 'pin': LocationPin, 'density': Density2,
} as const

type CommonIcon = keyof typeof sources
export type IconName = CommonIcon | RareIcon

/** The shapes inside an icon's `<svg>`, for a 24 grid. Those of a rare one come when they have been fetched. */
export function shapesOf(name: IconName): string | Promise<string> {
  return isCommon(name) ? shapesIn(sources[name]) : rareIcons().then(({ rareShapesOf }) => rareShapesOf(name))
}
const isCommon = (name: IconName): name is CommonIcon => name in sources
const rareIcons = laterModule(() => import('./rareIcons.ts'))

export function shapesIn(svg: string): string {
  return svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').replace(/<title[\s\S]*?<\/title>/, '')
}
