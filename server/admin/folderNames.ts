import type { AdminCommandName, FolderCommandName } from '../access/rules.ts'

const folderCommands: readonly string[] = ['backup', 'restore', 'verify', 'plan export'] satisfies FolderCommandName[]
/** Whether the admin program carries it out by itself: no server is asked. */
export const isFolderCommand = (command: AdminCommandName): command is FolderCommandName => folderCommands.includes(command)
