const [local, label] = [String.raw`[^\s@<>()[\]\\,;:"\p{C}]{1,64}`, String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`]
const oneAddress = new RegExp(String.raw`^${local}@(?:${label}\.)+(?:\p{L}{2,63}|xn--[a-z\d-]{1,58}[a-z\d])$`, 'u')

/**
 * One plain address, without a name, a comment or a line break, as it is written: in small letters, composed (NFC), with nothing around it;
 * null for what is none. At most 254 characters. A domain has two forms, `å.no` and `xn--5ca.no`, and is left in the one it was given in:
 * the server makes one of both (server/access/addresses.ts), since what that takes is neither here nor the same in a browser.
 */
export function toAddress(given: string): string | null {
  const address = given.trim().toLowerCase().normalize('NFC')
  return address.length <= 254 && oneAddress.test(address) ? address : null
}
