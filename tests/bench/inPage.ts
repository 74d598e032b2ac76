/** What runs in the measured page. Each function stands alone: it is sent there as text. */

export interface Watched {
  /** Keys as the browser made them, and the first frame that was handed over for painting after each; ms since the epoch. */
  keys: number[]
  painted: number[]
  longTasks: number[]
  frames: number[]
  /** About how many frames had part of the window without a row. */
  gaps: number
  isScrolling: boolean
  /** When the first words of a plan were painted, in ms since the address was opened. */
  readableAt: number | null
}

declare global {
  interface Window { watched: Watched }
}

/** Before anything else in a page: notes long tasks, and when a cell first stands there. */
export function watchFromStart(selector: string): void {
  const watched: Watched = { keys: [], painted: [], longTasks: [], frames: [], gaps: 0, isScrolling: false, readableAt: null }
  window.watched = watched
  new PerformanceObserver(list => list.getEntries().forEach(({ duration }) => watched.longTasks.push(duration)))
    .observe({ type: 'longtask', buffered: true })
  const channel = new MessageChannel()
  channel.port1.onmessage = () => { watched.readableAt ??= performance.now() }
  const look = () => {
    if (document.querySelector(selector)?.textContent)
      channel.port2.postMessage(null)
    else
      requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/**
 * Stamps every key, and the first frame after it, which shows what it did: what a key does is done in its own turn. A frame is
 * stamped in the turn after it was made.
 */
export function watchKeys(): void {
  const { watched } = window
  watched.keys = []
  watched.painted = []
  addEventListener('keydown', (event) => {
    watched.keys.push(event.timeStamp)
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => watched.painted.push(performance.now())
      channel.port2.postMessage(null)
    })
  }, true)
}

/** Notes each frame's time until `isScrolling` is false, and whether there were rows wherever the window showed what is `around` them. */
export function watchFrames({ row, around }: { row: string, around: string }): void {
  const { watched } = window
  watched.frames = []
  watched.gaps = 0
  watched.isScrolling = true
  const channel = new MessageChannel()
  channel.port1.onmessage = () => {
    // To look costs the page something: one frame in eight is enough to find a gap that people see.
    const isSeen = watched.frames.length % 8 > 0
    const places = isSeen ? [] : [document.elementFromPoint(innerWidth / 2, innerHeight - 12), document.elementFromPoint(innerWidth / 2, 180)]
    if (places.some(element => element?.closest(around) && !element.closest(row)))
      watched.gaps += 8
  }
  const look = (time: number) => {
    watched.frames.push(time)
    channel.port2.postMessage(null)
    if (watched.isScrolling)
      requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

interface Instance { type: { __name?: string }, render: (...given: unknown[]) => unknown, subTree: VNode | null }
interface VNode { component: Instance | null, children: unknown }

/** Wraps the render function of every mounted component, and keeps the names of those that run from now on in `rendered`. */
export function countRenders(): void {
  const counted = window as unknown as { rendered: string[], wrapped?: WeakSet<object> }
  counted.rendered = []
  const wrapped = counted.wrapped ??= new WeakSet()
  const root = (document.querySelector('#app') as unknown as { _vnode: VNode })._vnode
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null)
      return
    const { component, children } = node as VNode
    if (Array.isArray(children))
      children.forEach(visit)
    if (!component)
      return
    if (!wrapped.has(component)) {
      wrapped.add(component)
      const render = component.render
      component.render = function (this: unknown, ...given) {
        counted.rendered.push(component.type.__name ?? '?')
        return render.apply(this, given)
      }
    }
    visit(component.subTree)
  }
  visit(root)
}
