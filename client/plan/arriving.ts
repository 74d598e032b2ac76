/**
 * What the server brings until it has said that this was all. An answer may come in pieces, and half a plan is nobody's plan: it goes to
 * the device when it is whole (U118), or with the first own change, which may rest on it.
 */
export interface Arriving {
  /** A connection begins. */
  begin(): void
  take(update: Uint8Array): void
  /** From here on what comes is confirmed as it comes. */
  end(): void
}

export function openArriving(confirm: (update: Uint8Array) => void): Arriving {
  let held: Uint8Array[] | null = []
  return {
    begin() {
      held ??= []
    },
    take(update) {
      if (held)
        held.push(update)
      else
        confirm(update)
    },
    end() {
      const whole = held
      held = null
      whole?.forEach(confirm)
    },
  }
}
