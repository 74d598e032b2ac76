import ArrowsCirclepath from '@navikt/aksel-icons/svg/ArrowsCirclepath.svg?raw'
import ArrowsUpDown from '@navikt/aksel-icons/svg/ArrowsUpDown.svg?raw'
import ArrowDown from '@navikt/aksel-icons/svg/ArrowDown.svg?raw'
import ArrowUp from '@navikt/aksel-icons/svg/ArrowUp.svg?raw'
import ArrowUndo from '@navikt/aksel-icons/svg/ArrowUndo.svg?raw'
import ArrowRedo from '@navikt/aksel-icons/svg/ArrowRedo.svg?raw'
import ArrowRightLeft from '@navikt/aksel-icons/svg/ArrowRightLeft.svg?raw'
import Checkmark from '@navikt/aksel-icons/svg/Checkmark.svg?raw'
import CheckmarkCircle from '@navikt/aksel-icons/svg/CheckmarkCircle.svg?raw'
import Buildings from '@navikt/aksel-icons/svg/Buildings3.svg?raw'
import ChevronDown from '@navikt/aksel-icons/svg/ChevronDown.svg?raw'
import ChevronUp from '@navikt/aksel-icons/svg/ChevronUp.svg?raw'
import ChevronRight from '@navikt/aksel-icons/svg/ChevronRight.svg?raw'
import CloudSlash from '@navikt/aksel-icons/svg/CloudSlash.svg?raw'
import Cutlery from '@navikt/aksel-icons/svg/Cutlery.svg?raw'
import Download from '@navikt/aksel-icons/svg/Download.svg?raw'
import ExclamationmarkTriangle from '@navikt/aksel-icons/svg/ExclamationmarkTriangle.svg?raw'
import Files from '@navikt/aksel-icons/svg/Files.svg?raw'
import FileText from '@navikt/aksel-icons/svg/FileText.svg?raw'
import Flower from '@navikt/aksel-icons/svg/Flower.svg?raw'
import Handshake from '@navikt/aksel-icons/svg/Handshake.svg?raw'
import Heart from '@navikt/aksel-icons/svg/Heart.svg?raw'
import House from '@navikt/aksel-icons/svg/House.svg?raw'
import BulletList from '@navikt/aksel-icons/svg/BulletList.svg?raw'
import Calendar from '@navikt/aksel-icons/svg/Calendar.svg?raw'
import Language from '@navikt/aksel-icons/svg/Language.svg?raw'
import Leave from '@navikt/aksel-icons/svg/Leave.svg?raw'
import MagnifyingGlass from '@navikt/aksel-icons/svg/MagnifyingGlass.svg?raw'
import MenuElipsisVertical from '@navikt/aksel-icons/svg/MenuElipsisVertical.svg?raw'
import MenuHamburger from '@navikt/aksel-icons/svg/MenuHamburger.svg?raw'
import Moon from '@navikt/aksel-icons/svg/Moon.svg?raw'
import Pencil from '@navikt/aksel-icons/svg/Pencil.svg?raw'
import Person from '@navikt/aksel-icons/svg/Person.svg?raw'
import PersonCheckmark from '@navikt/aksel-icons/svg/PersonCheckmark.svg?raw'
import PersonGroup from '@navikt/aksel-icons/svg/PersonGroup.svg?raw'
import Plus from '@navikt/aksel-icons/svg/Plus.svg?raw'
import QuestionmarkCircle from '@navikt/aksel-icons/svg/QuestionmarkCircle.svg?raw'
import SidebarRight from '@navikt/aksel-icons/svg/SidebarRight.svg?raw'
import Density2 from '@navikt/aksel-icons/svg/Density2.svg?raw'
import MinusIcon from '@navikt/aksel-icons/svg/Minus.svg?raw'
import ArrowLeft from '@navikt/aksel-icons/svg/ArrowLeft.svg?raw'
import ArrowRight from '@navikt/aksel-icons/svg/ArrowRight.svg?raw'
import EyeSlash from '@navikt/aksel-icons/svg/EyeSlash.svg?raw'
import LocationPin from '@navikt/aksel-icons/svg/LocationPin.svg?raw'
import Sun from '@navikt/aksel-icons/svg/Sun.svg?raw'
import Monitor from '@navikt/aksel-icons/svg/Monitor.svg?raw'
import Tasklist from '@navikt/aksel-icons/svg/Tasklist.svg?raw'
import Trash from '@navikt/aksel-icons/svg/Trash.svg?raw'
import XMark from '@navikt/aksel-icons/svg/XMark.svg?raw'
import EyeFill from '@navikt/aksel-icons/svg/Eye.svg?raw'

const sources = {
  'turning': ArrowsCirclepath, 'move': ArrowsUpDown, 'down': ArrowDown, 'up': ArrowUp, 'undo': ArrowUndo, 'redo': ArrowRedo,
  'exchange': ArrowRightLeft, 'check': Checkmark, 'check-circle': CheckmarkCircle, 'chevron-down': ChevronDown,
  'chevron-right': ChevronRight, 'chevron-up': ChevronUp, 'cloud-slash': CloudSlash, 'copy': Files, 'cutlery': Cutlery, 'download': Download, 'warning': ExclamationmarkTriangle,
  'flower': Flower, 'document': FileText, 'handshake': Handshake, 'buildings': Buildings, 'list': BulletList, 'calendar': Calendar, 'heart': Heart, 'house': House, 'language': Language, 'leave': Leave, 'search': MagnifyingGlass,
  'more': MenuElipsisVertical, 'menu': MenuHamburger, 'moon': Moon, 'pencil': Pencil, 'person': Person, 'person-check': PersonCheckmark,
  'people': PersonGroup, 'plus': Plus, 'help': QuestionmarkCircle, 'sun': Sun, 'monitor': Monitor, 'tasks': Tasklist, 'trash': Trash,
  'close': XMark, 'pin': LocationPin, 'eye-slash': EyeSlash, 'right': ArrowRight, 'left': ArrowLeft, 'minus': MinusIcon, 'panel': SidebarRight, 'density': Density2, 'eye': EyeFill,
} as const

export type IconName = keyof typeof sources

/** The shapes inside an icon's `<svg>`, for a 24 grid. */
export function shapesOf(name: IconName): string {
  return sources[name].replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').replace(/<title[\s\S]*?<\/title>/, '')
}
