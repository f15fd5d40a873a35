type Prototype = { listOffsets: (request: object) => Promise<unknown> }

const readUncommitted = 0

/**
 * KafkaJS 2.2.4 takes for a partition's end what consumers of transactions may read: while another writer's transaction is open that lies before
 * records that were acknowledged since, as if the topic had lost them.
 */
export const guardOffsets = (prototype: Prototype): void => {
  const { listOffsets } = prototype
  prototype.listOffsets = function (request) {
    return listOffsets.call(this, { ...request, isolationLevel: readUncommitted })
  }
}
