import { shallowRef } from 'vue'

/**
 * What the provider of accounts is called where the session that has just been ended here came by it: one is signed in there still. Null for no
 * such one. Until the page is loaded anew.
 */
export const leftProvider = shallowRef<string | null>(null)
