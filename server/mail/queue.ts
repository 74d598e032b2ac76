/** Who may go on when only so many may at once: whoever somebody waits for goes before the rest, and else the first to come. */
export interface Queue {
  /** Resolves with true when it is one's turn, which is over with {@link done}; with false when all was ended. */
  come(isWaitedFor: boolean): Promise<boolean>
  done(): void
  /** Sends away all who wait, and all who come after. Whose turn it is has it still. */
  end(): void
}

export function openQueue(places: number): Queue {
  const waitedFor: ((isTurn: boolean) => void)[] = []
  const others: ((isTurn: boolean) => void)[] = []
  let [free, isOver] = [places, false]

  return {
    come(isWaitedFor) {
      if (isOver || free > 0) {
        free -= isOver ? 0 : 1
        return Promise.resolve(!isOver)
      }
      return new Promise(resolve => (isWaitedFor ? waitedFor : others).push(resolve))
    },
    done() {
      const next = waitedFor.shift() ?? others.shift()
      if (next)
        next(true)
      else
        free++
    },
    end() {
      isOver = true
      for (const waiting of [...waitedFor.splice(0), ...others.splice(0)])
        waiting(false)
    },
  }
}
