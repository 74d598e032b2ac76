import { registerStore } from '../../plan/stores.ts'
import { useText } from '../../text/index.ts'
import { rowName } from '../../text/naming.ts'
import type { MatrixCell } from './marking.ts'

/** What the row of a party's cell is called. */
export function useRowNames(): (cell: MatrixCell) => string {
  const text = useText()
  const stores = { activities: registerStore('activities'), networks: registerStore('networks') }
  return ({ register, row }) => rowName(stores[register].byId.get(row) ?? {}) || text.value.row.untitled
}
