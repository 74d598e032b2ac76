import { defineStore } from 'pinia'
import { onScopeDispose, shallowReactive, shallowRef, triggerRef, type ShallowRef } from 'vue'
import type { RegisterName } from '#shared/plan/fields.ts'
import { readOrder } from '#shared/plan/order.ts'
import type { Plan } from '#shared/plan/plan.ts'
import { observeRegister } from '#shared/plan/projection.ts'
import { readRow } from '#shared/plan/read.ts'
import { registerNames } from '#shared/plan/registers.ts'
import type { Row, RowId } from '#shared/plan/values.ts'

/**
 * The rows of one register as the screen reads them: frozen values by id, the order apart. A change to one row replaces
 * exactly that row, so only what reads it wakes (C10).
 */
function defineRegisterStore<R extends RegisterName>(register: R) {
  return defineStore(`plan/${register}`, () => {
    const byId = shallowReactive(new Map<RowId, Row<R>>())
    /** Alive, in order. Iterate this, never `byId`. */
    const order = shallowRef<readonly RowId[]>([])
    /** In the trash, latest first. */
    const trashed = shallowRef<readonly RowId[]>([])
    const readings = new Set<Reading<Row<R>>>()

    function putInOrder({ doc }: Plan) {
      const { alive, trashed: gone } = readOrder(doc, register)
      order.value = alive
      trashed.value = gone
    }

    function put({ doc }: Plan, id: RowId) {
      const row = readRow(doc, register, id)
      if (row)
        byId.set(id, row)
      else
        byId.delete(id)
      readings.forEach(reading => reading.put(id, row))
    }

    /**
     * What `read` makes of each row, trashed ones too, until the scope ends. The ref wakes its readers only when that is another
     * for some row: what is laid out by two cells of every row costs nothing at a change of a third, however many rows there are.
     */
    function each<T>(read: (row: Row<R>) => T, isSame: (a: T, b: T) => boolean = Object.is): Readonly<ShallowRef<ReadonlyMap<RowId, T>>> {
      const { values, reading } = openReading(read, isSame)
      byId.forEach((row, id) => reading.put(id, row))
      readings.add(reading)
      onScopeDispose(() => readings.delete(reading))
      return values
    }

    /** Mirrors `plan` until the returned function is called. */
    function follow(plan: Plan): () => void {
      const ids = [...plan.doc.getMap(register).keys()]
      byId.clear()
      readings.forEach(reading => reading.clear())
      ids.forEach(id => put(plan, id))
      putInOrder(plan)
      readings.forEach(reading => reading.tell())
      return observeRegister(plan.doc, register, ({ changed, removed, orderChanged }) => {
        ;[...removed, ...changed].forEach(id => put(plan, id))
        if (orderChanged)
          putInOrder(plan)
        readings.forEach(reading => reading.tell())
      })
    }

    return { byId, order, trashed, each, follow }
  })
}

/** What is made of each row of a store, kept up with it. */
interface Reading<R> {
  put(id: RowId, row: R | null): void
  clear(): void
  /** Wakes its readers when something has become another since they were told last. */
  tell(): void
}

function openReading<R, T>(read: (row: R) => T, isSame: (a: T, b: T) => boolean) {
  const byId = new Map<RowId, T>()
  const values = shallowRef<ReadonlyMap<RowId, T>>(byId)
  let isOther = false
  const reading: Reading<R> = {
    put(id, row) {
      const [before, next] = [byId.get(id), row && { value: read(row) }]
      if (next ? byId.has(id) && isSame(before as T, next.value) : !byId.has(id))
        return
      isOther = true
      if (next)
        byId.set(id, next.value)
      else
        byId.delete(id)
    },
    clear() {
      isOther ||= byId.size > 0
      byId.clear()
    },
    tell() {
      if (isOther)
        triggerRef(values)
      isOther = false
    },
  }
  return { values, reading }
}

type RegisterStore<R extends RegisterName> = ReturnType<ReturnType<typeof defineRegisterStore<R>>>
/** Each definition is made at its first use, once. */
const definitions = new Map<RegisterName, () => unknown>()

/** The store of one register. */
export function registerStore<R extends RegisterName>(register: R): RegisterStore<R> {
  const use = definitions.get(register) ?? defineRegisterStore(register)
  definitions.set(register, use)
  return use() as RegisterStore<R>
}

/** All registers at once. Let them follow a plan when its content is there. */
export function usePlanStores() {
  const stores = registerNames.map(register => registerStore(register))
  return {
    /** Mirrors `plan` until the returned function is called. */
    follow(plan: Plan): () => void {
      const stops = stores.map(store => store.follow(plan))
      return () => stops.forEach(stop => stop())
    },
  }
}
