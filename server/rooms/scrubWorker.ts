import { parentPort, type MessagePort } from 'node:worker_threads'
import { isSameCopy, openCopy } from './copies.ts'

/** What a room's document holds, and what is stored of it, oldest first. */
export interface ScrubQuestion { readonly live: Uint8Array, readonly stored: readonly Uint8Array[] }

/** The thread that compares what is live with what is stored. */
function serve(port: MessagePort): void {
  port.on('message', (question: ScrubQuestion) => port.postMessage(isAsStored(question)))
}

export const isAsStored = ({ live, stored }: ScrubQuestion) => isSameCopy(openCopy([live]), openCopy(stored))

if (parentPort)
  serve(parentPort)
