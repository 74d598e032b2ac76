/** Resolves when what was typed has been painted, and is in the plan. */
export const painted = () => new Promise<void>(resolve => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    resolve()
  }
  port2.postMessage(null)
}))
