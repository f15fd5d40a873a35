import { checkpointText, keyNameOf } from "../../../application/proof/checkpoint-note.ts"
import { noteWith } from "../../../application/proof/signed-note.ts"
import { registrationExamples } from "./examples.ts"

/** Everything here is signed with one key, which nobody has. */
const publicKey = "MCowBQYDK2VwAyEA2O1o66heQmuMygd0LIUFaG0JtNWqZlGVaixyyPC/ta4="

const checkpoint = {
  logId: "0192f3c1-7f0e-7c11-9d53-3c7a1de0b1f4",
  previous: "4b0e9d2c7a1f5e8833d6b0c4a9f2e7715c6d8e9fa0b1c2d3e4f5061728394a5b",
  count: 1000,
  lastPosition: 48211,
  root: "a3f1c09b5e7d2486f0c1b2a3948576e1d0c9b8a7968574635241302f1e0d9c8b"
}
const signature = Buffer.from(
  "WEl80zRAb3Wm--No8wTs3pLg5aJ9ihCsyJSKFJsBTlnH1EMVFLv72Yr7mJ3H0kGcAI8W3w_rgqQMXWwwjzznBg",
  "base64url"
)

export const checkpointExample = {
  note: noteWith(checkpointText(checkpoint), keyNameOf(checkpoint.logId), [{ publicKey, signature }]),
  ...checkpoint,
  revision: 48,
  signedAt: "2026-11-23T03:05:00.412Z",
  publicKey
}

const { issued, requested } = registrationExamples
const erasedAt = "2026-12-24T09:12:44.310Z"

export const erasedExample = {
  ...issued,
  revision: issued.revision + 1,
  updatedAt: erasedAt,
  personalData: "erased",
  erasure: {
    registrationId: issued.id,
    erasedAt,
    erasedBy: "onboarding",
    keyFingerprint: "6c1f0e3d9b5a48d7a2c4e6f8091b3d5f7a9cbe0d2f416385a7c9ebfd0f213547",
    eventHash: "0d4f8a26c1b3e597d8f06a2b4c8e1f3a5b7d9c0e2f4a6b8c1d3e5f7092a4b6c8",
    signature: "LOMRYD4LAQhCtigMWetpCmqHYwYiEZ7-Myy94-SJoAV-ScDgTzRapDrb-ZudzZwoZhjJdm8JCx1TbpEe43rUDg",
    publicKey
  }
}

export const holdExample = { reason: "Case 12 K/Pdt/2026", until: "2027-06-30T17:00:00.000Z" }

export const onHoldExample = { ...requested, revision: 1, updatedAt: erasedAt, hold: holdExample }

export const holdEndedExample = { ...requested, revision: 2, updatedAt: "2026-12-28T02:30:09.505Z" }
