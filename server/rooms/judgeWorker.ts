import { parentPort, type MessagePort } from 'node:worker_threads'
import * as Y from 'yjs'
import { judgeUpdate } from '#shared/plan/admission.ts'
import { newDocument } from '#shared/plan/plan.ts'
import { toWorkedMs, type Case, type Reply } from './judgeWire.ts'
import { takeSecondLock } from './secondLock.ts'

/** The thread that judges large updates, one at a time: what takes it too long is ended from outside. */
function serve(port: MessagePort): void {
  const reply = (message: Reply) => port.postMessage(message)
  port.on('message', ({ state, update }: Case) => {
    const doc = newDocument()
    Y.applyUpdate(doc, state)
    reply({ kind: 'loaded', workedMs: toWorkedMs(process.threadCpuUsage()) })
    reply(tryOut(doc, update))
    doc.destroy()
  })
}

/** Judges the update, and does to this document what would be done to the plan's. */
function tryOut(doc: Y.Doc, update: Uint8Array): Reply {
  const judgement = judgeUpdate(doc, update)
  if (judgement.problem !== null || judgement.isNothing || judgement.fault !== null)
    return { kind: 'judged', judgement }
  try {
    const check = takeSecondLock(doc, judgement.cells)
    doc.transact((transaction) => {
      Y.applyUpdate(doc, update)
      check(transaction)
    })
    // A document that cannot be written again would be lost to every later reader.
    Y.encodeStateAsUpdate(doc)
    return { kind: 'judged', judgement }
  }
  catch (error) {
    return { kind: 'unsound', judgement, message: error instanceof Error ? error.message : String(error) }
  }
}

if (parentPort)
  serve(parentPort)
