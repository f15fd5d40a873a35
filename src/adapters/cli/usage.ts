/** What is answered to a command that nobody knows. */
export const usage = `Usage: certreg client add <id> --scopes <scope>,<scope> [--tenant <tenant>]
       certreg client list
       certreg client remove <id>
       certreg client rotate <id> [--finish]
       certreg init
       certreg history <id> [--as-of <revision>|<time>] [--json]
       certreg verify [--checkpoint <file>]
       certreg export <id> [--output <file>]
       certreg verify-export <file> [--key <file>]
       certreg replay
       certreg erasures
       certreg backup <dir>
       certreg restore <dir> [--erasures <file>]
       certreg keys rewrap
       certreg views rebuild
       certreg kafka create-topic [--partitions <n>] [--replication <n>] [--min-insync <n>]
                                  [--retention <duration>|forever]
       certreg kafka republish --from <cursor>|start
       certreg kafka accept`
