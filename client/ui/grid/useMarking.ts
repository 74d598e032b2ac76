import { onBeforeUnmount, onMounted, type ShallowRef } from 'vue'
import type { GridSpot, GridState } from './gridState.ts'

interface Options {
  readonly frame: Readonly<ShallowRef<HTMLElement | null>>
  readonly state: GridState
  readonly spotOf: (target: EventTarget | null) => GridSpot | null
  /** A press on the cell that is active already, or by touch on any. */
  readonly open: (spot: GridSpot, event: Event) => void
  /** The person has done something with the pointer. */
  readonly ended: () => void
}

/** What the pointer does in a grid: a press chooses a cell, a second one opens it, dragging and Shift mark a block. */
export function useMarking({ frame, state, spotOf, open, ended }: Options): void {
  /** The cell pressed, when it was active before the press. */
  let wasActive: GridSpot | null = null
  let isMarking = false
  let from: GridSpot | null = null

  const isSame = (a: GridSpot | null, b: GridSpot | null) => a?.row === b?.row && a?.column === b?.column
  const isCell = (target: EventTarget | null) => target instanceof HTMLElement && target.closest('button, a, input, textarea, select, [data-grid-apart]') === null

  function onDown(event: PointerEvent) {
    const spot = spotOf(event.target)
    wasActive = null
    if (!spot || !isCell(event.target) || event.button !== 0)
      return
    ended()
    if (event.shiftKey && state.active.value) {
      event.preventDefault()
      state.goTo(spot, { extends: true })
      return
    }
    const hasFocus = frame.value?.contains(document.activeElement) === true
    wasActive = hasFocus && isSame(state.active.value, spot) && !state.hasBlock.value ? spot : null
    state.goTo(spot)
    from = event.pointerType === 'mouse' ? spot : null
  }
  function onMove(event: PointerEvent) {
    const spot = from && event.buttons === 1 ? spotOf(event.target) : null
    if (!spot || (!isMarking && isSame(spot, from)))
      return
    isMarking = true
    state.goTo(spot, { extends: true })
  }
  function onUp() {
    from = null
    // The click that follows belongs to the marking.
    setTimeout(() => { isMarking = false })
  }
  function onClick(event: MouseEvent) {
    const spot = spotOf(event.target)
    const isTouch = event instanceof PointerEvent && event.pointerType !== 'mouse' && event.pointerType !== ''
    if (spot && isCell(event.target) && !isMarking && !event.shiftKey && (isTouch || isSame(wasActive, spot)))
      open(spot, event)
  }

  const stopped = new AbortController()
  onMounted(() => {
    const options = { signal: stopped.signal }
    frame.value?.addEventListener('pointerdown', onDown, options)
    frame.value?.addEventListener('pointermove', onMove, options)
    frame.value?.addEventListener('click', onClick, options)
    addEventListener('pointerup', onUp, options)
  })
  onBeforeUnmount(() => stopped.abort())
}
