import { computed, nextTick, onBeforeUnmount, onMounted, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/vue-virtual'
import { scrollerOf } from '../scrollerOf.ts'
import { whenIdle } from '../whenIdle.ts'

/** A row that is drawn: its place among all, and where it begins, in px from the first row's top. */
export interface DrawnRow { readonly index: number, readonly key: string, readonly top: number }

export interface GridRows {
  readonly drawn: ComputedRef<readonly DrawnRow[]>
  /** The height of all rows together. */
  readonly height: ComputedRef<number>
  /** Where a row begins and ends, drawn or not; as far as it is known. */
  spanOf(index: number): { readonly top: number, readonly bottom: number }
  /** How many rows fit in the window. */
  readonly perPage: ComputedRef<number>
  /** The first and last row in the window. */
  readonly window: ComputedRef<{ readonly first: number, readonly last: number }>
  /** Scrolls as little as shows the row, below what sticks at the top. */
  show(index: number): void
  /** Takes up the height of an element that is a row (`data-index`). */
  measure(element: HTMLElement): void
}

interface Options {
  readonly rows: Readonly<Ref<readonly string[]>>
  /** The element that the rows lie in; its scroller is the nearest ancestor that scrolls. */
  readonly body: Readonly<ShallowRef<HTMLElement | null>>
  readonly estimate: (index: number) => number
  /** The row that must stay where it is in the window when others change, and stay drawn when it is scrolled away; -1 for none. */
  readonly kept: () => number
  /** What covers the top of the scroller, in px. */
  readonly headHeight: () => number
}

/** Few enough rows are all drawn: then the browser's own search finds them, and a screen reader's browsing does. */
const drawAllUpTo = 60
const extraRows = 8

/**
 * The rows of a grid, of which those in the window are drawn. The row that is worked in, or else the first in the window, stays
 * where it is on the screen when rows above it grow, come, go or move.
 */
export function useRows({ rows, body, estimate, kept, headHeight }: Options): GridRows {
  const scroller = shallowRef<HTMLElement | null>(null)
  /** From the scroller's beginning to the first row. */
  const margin = shallowRef(0)
  /** What is in the window is painted before what lies around it is drawn. */
  const isRead = shallowRef(false)
  const keyOf = computed(() => {
    const all = rows.value
    return (index: number) => all[index] ?? index
  })

  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>(computed(() => ({
    count: rows.value.length,
    getItemKey: keyOf.value,
    getScrollElement: () => scroller.value,
    estimateSize: estimate,
    scrollMargin: margin.value,
    scrollPaddingStart: headHeight(),
    overscan: !isRead.value ? 0 : rows.value.length <= drawAllUpTo ? drawAllUpTo : extraRows,
    rangeExtractor: withKept(kept()),
  })))

  const measured = () => {
    virtualizer.value.getTotalSize()
    return virtualizer.value.measurementsCache
  }
  const topOf = (index: number) => (measured()[index]?.start ?? margin.value) - margin.value

  const window = computed(() => {
    const { range } = virtualizer.value
    return { first: range?.startIndex ?? 0, last: range?.endIndex ?? 0 }
  })
  /** The row that the others move around: the one worked in while it can be seen, else the first in the window. */
  function anchor(): number {
    const { first, last } = window.value
    const index = kept()
    return index >= first && index <= last ? index : first
  }
  virtualizer.value.shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, instance) =>
    (instance.scrollOffset ?? 0) > 0 && item.index < anchor()

  // Rows that come, go or change places above it.
  watch(rows, async (now, before) => {
    // The row that is kept is known by where it stands now; it may have changed places itself.
    const { first, last } = window.value
    const mine = before.indexOf(now[kept()] ?? '')
    const key = mine >= first && mine <= last ? before[mine] : before[first]
    const at = key === undefined ? -1 : now.indexOf(key)
    const element = scroller.value
    if (key === undefined || at < 0 || !element)
      return
    const was = topOf(before.indexOf(key)) - element.scrollTop
    await nextTick()
    // At the very top nothing has been scrolled away: new rows come into sight there.
    const moved = topOf(at) - element.scrollTop - was
    if (moved !== 0 && (kept() >= 0 || element.scrollTop > margin.value))
      element.scrollTop += moved
  }, { flush: 'sync' })

  const observer = new ResizeObserver(() => findMargin())
  function findMargin() {
    const [element, around] = [body.value, scroller.value]
    if (element && around)
      margin.value = Math.round(element.getBoundingClientRect().top - around.getBoundingClientRect().top + around.scrollTop)
  }
  let stopWaiting = () => {}
  onMounted(() => {
    requestAnimationFrame(() => { stopWaiting = whenIdle(() => { isRead.value = true }) })
    scroller.value = body.value ? scrollerOf(body.value) : null
    findMargin()
    if (scroller.value) {
      observer.observe(scroller.value)
      for (const child of scroller.value.children)
        observer.observe(child)
    }
  })
  onBeforeUnmount(() => {
    stopWaiting()
    observer.disconnect()
  })

  return {
    drawn: computed(() => virtualizer.value.getVirtualItems()
      .map(({ index, key, start }) => ({ index, key: String(key), top: start - margin.value }))),
    height: computed(() => virtualizer.value.getTotalSize()),
    spanOf(index) {
      const item = measured()[index]
      return item ? { top: item.start - margin.value, bottom: item.end - margin.value } : { top: 0, bottom: 0 }
    },
    perPage: computed(() => Math.max(1, window.value.last - window.value.first - 1)),
    window,
    show: index => virtualizer.value.scrollToIndex(index),
    measure: element => virtualizer.value.measureElement(element),
  }
}

/** The rows in the window and around it, and the one that is kept. */
const withKept = (kept: number) => (range: Range): number[] => {
  const indexes = defaultRangeExtractor(range)
  if (kept < 0 || kept >= range.count || indexes.includes(kept))
    return indexes
  return kept < (indexes[0] ?? 0) ? [kept, ...indexes] : [...indexes, kept]
}
