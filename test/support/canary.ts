/** A person that no other is like: whatever of her lies somewhere was left there. */
export const person = {
  name: "Wulandari Kusumaningtyas",
  nik: "3273054507920007",
  dateOfBirth: "1992-07-05",
  email: { address: "wulandari.k@canary-mail.example", verificationReferenceId: "otp-ref-mail-7c1f" },
  phoneNumber: { number: "+62 856-7812-3409", verificationReferenceId: "otp-ref-phone-9d2e" }
}

export const consent = {
  entity: "Digi",
  type: "termsAndConditions",
  givenAt: "2026-01-23T10:00:00.000Z",
  documents: {
    id_ID: { url: "https://canary-terms.example/syarat", text: "Saya, pemilik data, menyetujui semuanya." }
  },
  device: { userAgent: "CanaryBrowser/47.11", ip: "203.0.113.77", uniqueId: "device-4f5a-canary" }
}

/** What may lie nowhere in the clear: of her, and what gives access to her images. */
export const personalSecrets = {
  name: person.name,
  "name in capitals": person.name.toUpperCase(),
  surname: "Kusumaningtyas",
  nik: person.nik,
  "date of birth": person.dateOfBirth,
  "date of birth on the wire": "05-07-1992",
  "date of birth with slashes": "05/07/1992",
  email: person.email.address,
  "reference of the e-mail": person.email.verificationReferenceId,
  phone: person.phoneNumber.number,
  "phone in normal form": "6285678123409",
  "phone as dialled": "085678123409",
  "reference of the phone": person.phoneNumber.verificationReferenceId,
  "consent text": consent.documents.id_ID.text,
  "consent address": consent.documents.id_ID.url,
  "user agent": consent.device.userAgent,
  "user ip": consent.device.ip,
  "device id": consent.device.uniqueId,
  "a presigned URL": "X-Amz-Signature",
  "a signed path": "/esign-cert-reg/"
}
