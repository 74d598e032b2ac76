export { toAddress } from '#shared/rules/mailAddress.ts'

/** With most of it hidden, so that its owner knows it and nobody else learns it: `a•••@rogaland.no`. */
export function hiddenAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${[...address][0] ?? ''}•••${address.slice(at)}`
}
