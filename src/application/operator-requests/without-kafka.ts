/** `where` that is so, unless it is here. */
export const withoutKafka = (where = ""): string => `KAFKA_BROKERS is missing${where}: nothing goes to Kafka.`
