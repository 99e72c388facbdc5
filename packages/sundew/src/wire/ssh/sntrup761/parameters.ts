/**
 * The numbers of sntrup761 (Streamlined NTRU Prime, NIST round 3 submission of October 2020, §2.4): polynomials are taken
 * modulo x^p - x - 1, with coefficients modulo q or modulo 3; a short one has `weight` coefficients of ±1 and no others.
 */
export const p = 761
export const q = 4591
export const weight = 286

export const publicKeyBytes = 1158
export const secretKeyBytes = 1763
export const ciphertextBytes = 1039

/** A polynomial with coefficients -1, 0 and 1, two bits each. */
export const smallBytes = 191
/** A polynomial whose coefficients are multiples of 3. */
export const roundedBytes = 1007
/** SHA-512, cut. */
export const hashBytes = 32
