import { members as nb } from '../../text/members.nb.ts'
import { members as nn } from '../../text/members.nn.ts'
import { useOwnText } from '../../text/ownText.ts'

export const useMyText = () => useOwnText({ nb, nn })
