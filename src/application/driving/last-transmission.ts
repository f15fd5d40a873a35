import type { Claim } from "../../domain/registration/registration.ts"

/**
 * When the owner of a claim, another one than this process, can have transmitted last: until this process began, or it claimed if that was
 * later. `now` is of the wall clock, `moment` and the answer are of the monotonic one, which began with this process; in milliseconds.
 */
export const lastTransmissionOfAnother = (claim: Claim, now: number, moment: number): number =>
  Math.max(0, moment - Math.max(0, now - claim.at))
