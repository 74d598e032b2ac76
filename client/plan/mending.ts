/**
 * What makes changes of bytes that may not be sent, and writes them into a plan again. It has files of its own: most sessions
 * never need it. A page fetches it when it is at rest; where it cannot be had, what lies on the device stays for the next look.
 */
export const mending = async () => ({ ...await import('./resolve.ts'), ...await import('./writeBack.ts') })
