import type { makePartner, Resource } from "./partner.ts"

export type Fate = { readonly user: string; readonly story: string; readonly withdraws?: boolean }

/** The user ids choose what the simulator does with them: docs/simulator.md. */
export const fates: ReadonlyArray<Fate> = [
  { user: "demo-siti", story: "everything is fine" },
  { user: "demo-budi.sim-rejected-NOT_EKTP", story: "the picture is not of an eKTP" },
  { user: "demo-dewi.sim-silent", story: "no callback ever comes: the service asks" },
  {
    user: "demo-agus.sim-confirm-drop-after",
    story: "the answer to the confirmation is lost: settled by asking, not by sending again"
  },
  { user: "demo-rina.sim-failed-DUKCAPIL_SYSTEM_ERROR", story: "the civil registry is down" },
  { user: "demo-joko", story: "changes his mind", withdraws: true }
]

/** Lives the fate of person `n` to its end; `seen` is told of every state on the way. */
export const live = async (
  partner: ReturnType<typeof makePartner>,
  { user, withdraws }: Fate,
  n: number,
  seen: (resource: Resource) => void
): Promise<Resource> => {
  const { id } = await partner.request(user, n)
  const act = async () => {
    await partner.get(id, 20)
    if (withdraws) await partner.withdraw(id)
    else await Promise.all([partner.upload(id, "ktp", 2 * n + 1), partner.upload(id, "selfie", 2 * n + 2)])
  }
  const [ended] = await Promise.all([partner.follow(id, seen), act()])
  return ended
}
