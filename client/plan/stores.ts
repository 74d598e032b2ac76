import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
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
    }

    /** Mirrors `plan` until the returned function is called. */
    function follow(plan: Plan): () => void {
      const ids = [...plan.doc.getMap(register).keys()]
      byId.clear()
      ids.forEach(id => put(plan, id))
      putInOrder(plan)
      return observeRegister(plan.doc, register, ({ changed, removed, orderChanged }) => {
        removed.forEach(id => byId.delete(id))
        changed.forEach(id => put(plan, id))
        if (orderChanged)
          putInOrder(plan)
      })
    }

    return { byId, order, trashed, follow }
  })
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
