/** Bytes of an address of this type (sFlow 5, "enum address_type"); 0 for what is none. */
export function bytesOf(addressType: number): number {
  return addressType === 1 ? 4 : addressType === 2 ? 16 : 0
}
