import ArrowLeft from '@navikt/aksel-icons/svg/ArrowLeft.svg?raw'
import ArrowRight from '@navikt/aksel-icons/svg/ArrowRight.svg?raw'
import Download from '@navikt/aksel-icons/svg/Download.svg?raw'
import EyeFill from '@navikt/aksel-icons/svg/Eye.svg?raw'
import EyeSlash from '@navikt/aksel-icons/svg/EyeSlash.svg?raw'
import Files from '@navikt/aksel-icons/svg/Files.svg?raw'
import Language from '@navikt/aksel-icons/svg/Language.svg?raw'
import Leave from '@navikt/aksel-icons/svg/Leave.svg?raw'
import MinusIcon from '@navikt/aksel-icons/svg/Minus.svg?raw'
import Monitor from '@navikt/aksel-icons/svg/Monitor.svg?raw'
import Moon from '@navikt/aksel-icons/svg/Moon.svg?raw'
import Person from '@navikt/aksel-icons/svg/Person.svg?raw'
import SidebarRight from '@navikt/aksel-icons/svg/SidebarRight.svg?raw'
import Sun from '@navikt/aksel-icons/svg/Sun.svg?raw'
import { shapesIn } from './icons.ts'

const sources = {
  'copy': Files, 'download': Download, 'eye': EyeFill, 'eye-slash': EyeSlash, 'language': Language, 'leave': Leave, 'left': ArrowLeft, 'minus': MinusIcon,
  'monitor': Monitor, 'moon': Moon, 'panel': SidebarRight, 'person': Person, 'right': ArrowRight, 'sun': Sun,
} as const

/** Icons that stand only in what is opened by a press: they are fetched when the page is at rest. */
export type RareIcon = keyof typeof sources

export const rareShapesOf = (name: RareIcon): string => shapesIn(sources[name])
