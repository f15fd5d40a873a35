import { chmodSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { dataDirWarnings, unfitFileSystem, usableDataDir } from "../../src/infrastructure/data-dir.ts"
import { temporaryFolder } from "../support/temporary-folder.ts"

describe("file systems", () => {
  it.each([
    [0x6969, "NFS"],
    [0x517b, "SMB"],
    [0xfe534d42, "SMB2"],
    [0xff534d42, "CIFS"],
    // As a system with numbers of 32 bits gives it.
    [0xff534d42 | 0, "CIFS"],
    [0x01021997, "9p"],
    [0x65735546, "FUSE"],
    [0x01021994, "tmpfs"],
    [0x858458f6, "ramfs"]
  ])("%i is %s, where data are not safe", (type, name) => {
    expect(unfitFileSystem(type)).toBe(name)
  })

  it.each([
    ["ext4", 0xef53],
    ["XFS", 0x58465342],
    ["btrfs", 0x9123683e],
    ["ZFS", 0x2fc12fc1],
    ["overlayfs", 0x794c7630],
    ["F2FS", 0xf2f52010]
  ])("%s is fine", (_, type) => {
    expect(unfitFileSystem(type)).toBeUndefined()
  })
})

describe("a data directory", () => {
  it("that is not there yet is no mistake, and nothing to warn of", () => {
    const directory = temporaryFolder()
    expect(usableDataDir(directory)({ DATA_DIR: "to/be/made" })).toEqual([])
    expect(dataDirWarnings({ dataDir: join(directory, "to/be/made") }).map(({ event }) => event)).not.toContain(
      "data_dir_open_to_others"
    )
  })

  it.skipIf(process.platform === "win32").each([
    [0o700, false],
    [0o750, true],
    [0o701, true],
    [0o777, true]
  ])("with mode %i is worth a warning: %s", (mode, isOpen) => {
    const dataDir = temporaryFolder()
    chmodSync(dataDir, mode)
    expect(dataDirWarnings({ dataDir }).some(({ event }) => event === "data_dir_open_to_others")).toBe(isOpen)
  })
})
