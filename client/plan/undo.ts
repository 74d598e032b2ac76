import { shallowRef, type ShallowRef } from 'vue'
import * as Y from 'yjs'
import type { Plan } from '#shared/plan/plan.ts'
import { registerNames } from '#shared/plan/registers.ts'

/** Undo of what this person did in this page, across all views; never what others did. */
export interface Undo {
  readonly canUndo: Readonly<ShallowRef<boolean>>
  readonly canRedo: Readonly<ShallowRef<boolean>>
  readonly undo: () => void
  readonly redo: () => void
  /** What comes next is a step of its own. */
  readonly endStep: () => void
}

/** Writing within this time is one step. */
const oneStepMs = 500

export function openUndo(plan: Plan): Undo & { close(): void } {
  const manager = new Y.UndoManager(registerNames.map(register => plan.doc.getMap(register)), {
    trackedOrigins: new Set([plan.mine]),
    captureTimeout: oneStepMs,
  })
  const canUndo = shallowRef(false)
  const canRedo = shallowRef(false)
  const show = () => {
    canUndo.value = manager.canUndo()
    canRedo.value = manager.canRedo()
  }
  manager.on('stack-item-added', show)
  manager.on('stack-item-popped', show)
  manager.on('stack-cleared', show)
  return {
    canUndo,
    canRedo,
    undo() {
      manager.undo()
      show()
    },
    redo() {
      manager.redo()
      show()
    },
    endStep: () => manager.stopCapturing(),
    close: () => manager.destroy(),
  }
}
