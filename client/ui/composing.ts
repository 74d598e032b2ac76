/**
 * Whether a key belongs to an input method that is putting a word together. In Safari the key that ends the word comes after its end,
 * and is told by the code of old alone.
 */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229
