import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from "kafkajs"
import { eventually } from "../eventually.ts"
import { selfSigned } from "../self-signed.ts"
import type { Node } from "./broker-properties.ts"
import { asAdmin } from "./client.ts"
import { startBroker } from "./cluster.ts"
import { freePorts } from "./free-ports.ts"

export const users = {
  plain: { name: "plain-user", password: "plain-canary" },
  scram: { name: "scram-user", password: "scram-canary" },
  writer: { name: "writing-user", password: "writer-canary" },
  /** Has no right at all. */
  idle: { name: "idle-user", password: "idle-canary" }
} as const

const login = "org.apache.kafka.common.security"
const plainUsers = [users.plain, users.writer, users.idle]
  .map(({ name, password }) => `user_${name}="${password}"`)
  .join(" ")

const propertiesOf = (secure: number, tls: number, keystore: string) => (node: Node) => ({
  listeners: [
    `PLAINTEXT://127.0.0.1:${node.port}`,
    `CONTROLLER://127.0.0.1:${node.controllerPort}`,
    `SECURE://localhost:${secure}`,
    `TLS://localhost:${tls}`
  ].join(),
  "advertised.listeners": [
    `PLAINTEXT://127.0.0.1:${node.port}`,
    `SECURE://localhost:${secure}`,
    `TLS://localhost:${tls}`
  ].join(),
  "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL,TLS:SSL",
  "ssl.keystore.type": "PEM",
  "ssl.keystore.location": keystore,
  "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
  "listener.name.secure.plain.sasl.jaas.config": `${login}.plain.PlainLoginModule required ${plainUsers};`,
  "listener.name.secure.scram-sha-512.sasl.jaas.config": `${login}.scram.ScramLoginModule required;`,
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  // Whoever comes without a name: the broker itself, and the tests.
  "super.users": "User:ANONYMOUS"
})

export type SecureBroker = Awaited<ReturnType<typeof startSecureBroker>>

/** A broker with TLS, users and rights: its certificate is its own authority, and names `localhost`. */
export const startSecureBroker = async (lib: string, folder: string) => {
  const [secure = 0, tls = 0] = await freePorts(2)
  const { key, cert } = selfSigned("localhost")
  const [keystore, authority] = [join(folder, "keystore.pem"), join(folder, "authority.pem")]
  writeFileSync(keystore, key + cert)
  writeFileSync(authority, cert)
  const { name, password } = users.scram
  const broker = await startBroker({
    lib,
    properties: propertiesOf(secure, tls, keystore),
    formatArgs: ["--add-scram", `SCRAM-SHA-512=[name=${name},password=${password}]`]
  })

  /** Gives a user rights on a topic, and waits until they hold. */
  const allow = (user: string, topic: string, ...operations: ReadonlyArray<"WRITE" | "DESCRIBE_CONFIGS">) => {
    const acl = operations.map((operation) => ({
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${user}`,
      host: "*",
      operation: AclOperationTypes[operation],
      permissionType: AclPermissionTypes.ALLOW
    }))
    return asAdmin(broker.addresses, async (admin) => {
      await admin.createAcls({ acl })
      await eventually(`the rights of ${user}`, async () => {
        const found = await Promise.all(acl.map((rule) => admin.describeAcls(rule)))
        return found.every(({ resources }) => resources.some(({ acls }) => acls.length > 0))
      })
    })
  }
  return {
    ...broker,
    /** Where it wants TLS and a user. */
    secure: `localhost:${secure}`,
    /** Where it wants TLS alone. */
    tls: `localhost:${tls}`,
    /** A file with the authority of its certificate. */
    authority,
    allow
  }
}
