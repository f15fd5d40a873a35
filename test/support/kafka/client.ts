import { type Admin, Kafka, logLevel } from "kafkajs"

/** A client that says nothing, and gives up soon. */
export const kafkaOf = (brokers: ReadonlyArray<string>): Kafka =>
  new Kafka({
    clientId: "certreg-tests",
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
    requestTimeout: 10_000,
    retry: { retries: 1, initialRetryTime: 100, maxRetryTime: 500 }
  })

/** Does something as the administrator of a cluster. */
export const asAdmin = async <A>(brokers: ReadonlyArray<string>, work: (admin: Admin) => Promise<A>): Promise<A> => {
  const admin = kafkaOf(brokers).admin()
  try {
    await admin.connect()
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}
