import { onBeforeUnmount, shallowRef, type ShallowRef } from 'vue'
import { scrollerOf } from '../scrollerOf.ts'
import type { GridRows } from './useRows.ts'

/** Where a dragged row would land: before or after a row, by place. */
export interface Drop { readonly index: number, readonly side: 'before' | 'after' }

interface Options {
  /** The element that the rows lie in. */
  readonly body: () => HTMLElement | null
  readonly rows: () => GridRows | null
  readonly count: () => number
  readonly drop: (row: string, to: Drop) => void
}

/** So far the pointer moves before a press on the handle is a drag. */
const leastMove = 6
/** So near the window's edge it scrolls, by so much a frame. */
const edge = 56
const fastest = 18

/**
 * Moves rows by their handle, with mouse, pen and finger alike. A library for it registers each row as a target, which rows
 * that come and go with the scrolling have to keep up with; here the rows' places are known already.
 */
export function useRowDrag({ body, rows, count, drop }: Options) {
  /** The row that is dragged and where it would land. */
  const dragged = shallowRef<{ readonly row: string, readonly to: Drop | null, readonly top: number } | null>(null)
  let stop = () => {}

  function targetAt(clientY: number): { to: Drop, top: number } | null {
    const [element, all] = [body(), rows()]
    if (!element || !all || count() === 0)
      return null
    const y = clientY - element.getBoundingClientRect().top
    let [low, high] = [0, count() - 1]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (all.spanOf(middle).bottom <= y)
        low = middle + 1
      else
        high = middle
    }
    const { top, bottom } = all.spanOf(low)
    const isBefore = y < (top + bottom) / 2
    return { to: { index: low, side: isBefore ? 'before' : 'after' }, top: isBefore ? top : bottom }
  }

  function start(event: PointerEvent, row: string) {
    const handle = event.currentTarget
    if (event.button !== 0 || !(handle instanceof HTMLElement))
      return
    const ended = new AbortController()
    const scroller = scrollerOf(handle)
    let y = event.clientY
    let frame = 0
    const look = () => {
      const target = targetAt(y)
      dragged.value = { row, to: target?.to ?? null, top: target?.top ?? 0 }
    }
    const scrollOn = () => {
      const box = scroller.getBoundingClientRect()
      const over = y < box.top + edge ? y - box.top - edge : y > box.bottom - edge ? y - box.bottom + edge : 0
      if (over !== 0) {
        scroller.scrollTop += Math.sign(over) * Math.min(fastest, Math.abs(over) / 3)
        look()
      }
      frame = requestAnimationFrame(scrollOn)
    }
    const move = (next: PointerEvent) => {
      if (next.pointerId !== event.pointerId)
        return
      y = next.clientY
      if (!dragged.value) {
        if (Math.hypot(next.clientX - event.clientX, next.clientY - event.clientY) < leastMove)
          return
        handle.setPointerCapture(event.pointerId)
        frame = requestAnimationFrame(scrollOn)
      }
      look()
    }
    const end = (isDropped: boolean) => {
      // Rows may have come and gone since the pointer last moved.
      if (dragged.value)
        look()
      const { value: last } = dragged
      ended.abort()
      cancelAnimationFrame(frame)
      dragged.value = null
      if (last)
        addEventListener('click', swallow, { capture: true, once: true })
      setTimeout(() => removeEventListener('click', swallow, { capture: true }))
      if (isDropped && last?.to)
        drop(row, last.to)
    }
    stop = () => end(false)
    const options = { signal: ended.signal }
    addEventListener('pointermove', move, options)
    addEventListener('pointerup', up => up.pointerId === event.pointerId && end(true), options)
    addEventListener('pointercancel', up => up.pointerId === event.pointerId && end(false), options)
    addEventListener('keydown', key => key.key === 'Escape' && dragged.value && (key.stopPropagation(), end(false)), { ...options, capture: true })
  }
  onBeforeUnmount(() => stop())
  return { dragged: dragged as Readonly<ShallowRef<typeof dragged.value>>, start }
}

/** The press that ends a drag is no press on the handle. */
const swallow = (event: Event) => {
  event.preventDefault()
  event.stopPropagation()
}
