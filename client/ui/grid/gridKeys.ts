import type { Direction, Reach } from './gridState.ts'

/** What a key asks of a grid while no cell is written in. */
export type GridAsk =
  | { readonly ask: 'move', readonly direction: Direction, readonly reach: Reach, readonly extends: boolean }
  | { readonly ask: 'end', readonly end: 'first' | 'last', readonly isWhole: boolean, readonly extends: boolean }
  | { readonly ask: 'open', readonly typed?: string }
  | { readonly ask: 'moveRow', readonly by: 1 | -1 }
  | { readonly ask: 'all' | 'toggleRow' | 'empty' | 'fillDown' | 'menu' | 'more' | 'add' | 'find' | 'leave' }

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'> & { readonly isComposing?: boolean }

const directions: Readonly<Record<string, Direction>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' }

/** Reads a key as the grid pattern and spreadsheets do; null for keys that are not the grid's. */
export function readKey({ key, shiftKey: isShift, ctrlKey, metaKey, altKey: isAlt, isComposing }: Key): GridAsk | null {
  if (isComposing)
    return null
  const isCommand = ctrlKey || metaKey
  const direction = directions[key]
  if (direction)
    return arrow(direction, { isShift, isCommand, isAlt })
  // AltGr is Ctrl and Alt at once on some machines, and gives letters.
  if (isCommand && !isAlt)
    return command(key, isShift)
  if (isAlt && !isCommand)
    return key === 'Enter' ? { ask: 'more' } : null
  switch (key) {
    case 'Home': return { ask: 'end', end: 'first', isWhole: false, extends: isShift }
    case 'End': return { ask: 'end', end: 'last', isWhole: false, extends: isShift }
    case 'PageUp': return { ask: 'move', direction: 'up', reach: 'page', extends: isShift }
    case 'PageDown': return { ask: 'move', direction: 'down', reach: 'page', extends: isShift }
    case 'Enter':
    case 'F2': return isShift ? null : { ask: 'open' }
    case ' ': return isShift ? { ask: 'toggleRow' } : { ask: 'open' }
    case 'Delete':
    case 'Backspace': return isShift ? null : { ask: 'empty' }
    case 'Escape': return { ask: 'leave' }
    case 'ContextMenu': return { ask: 'menu' }
    case 'F10': return isShift ? { ask: 'menu' } : null
    default: return [...key].length === 1 ? { ask: 'open', typed: key } : null
  }
}

function arrow(direction: Direction, { isShift, isCommand, isAlt }: { isShift: boolean, isCommand: boolean, isAlt: boolean }): GridAsk | null {
  if (isAlt)
    return !isShift && !isCommand && (direction === 'up' || direction === 'down') ? { ask: 'moveRow', by: direction === 'down' ? 1 : -1 } : null
  return { ask: 'move', direction, reach: isCommand ? 'edge' : 'step', extends: isShift }
}

function command(key: string, isShift: boolean): GridAsk | null {
  switch (key) {
    case 'Home': return { ask: 'end', end: 'first', isWhole: true, extends: isShift }
    case 'End': return { ask: 'end', end: 'last', isWhole: true, extends: isShift }
    case 'Enter': return isShift ? null : { ask: 'add' }
    default: break
  }
  if (isShift)
    return null
  switch (key.toLowerCase()) {
    case 'a': return { ask: 'all' }
    case 'd': return { ask: 'fillDown' }
    case 'f': return { ask: 'find' }
    default: return null
  }
}
