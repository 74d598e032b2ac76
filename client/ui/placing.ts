/** What can be seen, in px from the window's top; `whole` is the window's height. */
export interface Room { readonly top: number, readonly bottom: number, readonly width: number, readonly whole: number }
/** `height` is what it would take; `tallest` is what it may. */
interface Size { readonly width: number, readonly height: number, readonly tallest: number }
interface Box { readonly top: number, readonly bottom: number, readonly left: number }
/** As CSS takes it. Above its anchor a surface is held by its bottom, so that what it gains it gains upwards. */
export interface Spot {
  readonly isAbove: boolean
  readonly top: string
  readonly bottom: string
  readonly left: string
  readonly maxHeight: string
}

const gap = 4
const edge = 8
/** With less room than this on its side, a surface may change sides. */
const least = 200

/**
 * Where a surface stands beside its anchor: below, or above where it has no room below and more above. It keeps the side it
 * has (`before`) as long as that side has some room, and is always inside what can be seen. It is never more than `tallest`.
 */
export function placeBeside(
  at: Box, { width, height: natural, tallest }: Size, room: Room, before: boolean | null,
): Spot {
  const below = room.bottom - at.bottom - gap - edge
  const above = at.top - room.top - gap - edge
  const wanted = Math.min(natural, tallest)
  const hasRoom = before !== null && Math.max(before ? above : below, 0) >= Math.min(least, wanted)
  const isAbove = hasRoom ? before : wanted > below && above > below
  const height = Math.max(160, Math.min(tallest, isAbove ? above : below))
  const top = Math.max(room.top + edge, Math.min(at.bottom + gap, room.bottom - edge - Math.min(wanted, height)))
  const bottom = Math.max(room.whole - room.bottom + edge, room.whole - Math.max(at.top, room.top + gap + edge + Math.min(wanted, height)) + gap)
  return {
    isAbove,
    top: isAbove ? 'auto' : `${top}px`,
    bottom: isAbove ? `${bottom}px` : 'auto',
    left: `${Math.max(edge, Math.min(at.left, room.width - width - edge))}px`,
    maxHeight: `${height}px`,
  }
}
