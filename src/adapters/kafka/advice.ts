import type { Words } from "../../application/ports/log.ts"

const notTrusted = "The broker's certificate is of an authority that is not known here: NODE_EXTRA_CA_CERTS takes it."
const noRight = "The user needs the right WRITE on the topic."
const wrongUser = "User name or password are wrong."
const tooFew = "Fewer copies are in sync than the topic's min.insync.replicas."
const notKafka = "What answers is no broker of Kafka: look at KAFKA_BROKERS."

/** What it may be, by the code of a failure, where somebody has to do something. */
const advice: ReadonlyMap<string, string> = new Map([
  ["UNKNOWN_TOPIC_OR_PARTITION", "The topic is missing: `certreg kafka create-topic` makes it."],
  ["TOPIC_AUTHORIZATION_FAILED", noRight],
  ["CLUSTER_AUTHORIZATION_FAILED", noRight],
  ["describe_configs_denied", "The user needs the right DESCRIBE_CONFIGS on the topic, beside WRITE."],
  ["KafkaJSSASLAuthenticationError", wrongUser],
  ["SASL_AUTHENTICATION_FAILED", wrongUser],
  ["UNSUPPORTED_SASL_MECHANISM", "The brokers do not take this KAFKA_SASL_MECHANISM."],
  ["ILLEGAL_SASL_STATE", "The brokers take no user at this port, and KAFKA_SASL_MECHANISM gives them one."],
  [
    "KafkaJSConnectionClosedError",
    "The broker ended the connection: it may want TLS (KAFKA_SSL) or a user (KAFKA_SASL_MECHANISM)."
  ],
  ["ECONNRESET", "The connection was cut: one side may speak TLS and the other not (KAFKA_SSL)."],
  ["not_kafka", notKafka],
  ["ERR_BUFFER_OUT_OF_BOUNDS", notKafka],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", notTrusted],
  ["SELF_SIGNED_CERT_IN_CHAIN", notTrusted],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", notTrusted],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", notTrusted],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "The broker's certificate is for another host."],
  ["CERT_HAS_EXPIRED", "The broker's certificate has expired."],
  ["NOT_ENOUGH_REPLICAS", tooFew],
  ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", tooFew]
])

export const adviceOn = (code: string): Words | undefined => advice.get(code) as Words | undefined
