/** As an address is kept and compared: in small letters, with nothing around it; null for what is none. At most 254 characters. */
export function toAddress(given: string): string | null {
  const address = given.trim().toLowerCase()
  return address.length <= 254 && /^[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,63}$/u.test(address) ? address : null
}
