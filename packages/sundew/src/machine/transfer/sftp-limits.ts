/** Bytes of a packet; longer ones end the server. */
export const maxPacketBytes = 256 * 1024
/** Of one read or write. */
export const maxDataBytes = maxPacketBytes - 1024
/** A process may have 1,024 files open, of which five are in use. */
export const maxHandles = 1019
