export { isWhen, maxWhenChars, seasons, whenKinds } from './isWhen.ts'
export type { Season, WhenKind } from './isWhen.ts'
