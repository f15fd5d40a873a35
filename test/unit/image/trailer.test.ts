import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { jpeg, otherImages, png } from "../../support/images.ts"
import { verdict } from "./inspect.ts"

const images = [
  ["image/jpeg", jpeg()],
  ["image/png", png()]
] as const

const markup = ["<html>", "<HTML lang='id'>", "<!doctype html>", "<?xml version='1.0'?>", "<Svg/>", "<!-- x --><svg>"]
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16()
const encodings: ReadonlyArray<readonly [string, (text: string) => Buffer]> = [
  ["in UTF-8", (text) => Buffer.from(text)],
  ["after a byte order mark", (text) => Buffer.from(`\ufeff${text}`)],
  ["after white space and a byte order mark", (text) => Buffer.from(`\n\ufeff${text}`)],
  ["in UTF-16, little endian", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
  ["in UTF-16, big endian", (text) => utf16be(`\ufeff${text}`)],
  ["in UTF-16 without a byte order mark", (text) => Buffer.from(text, "utf16le")],
  ["in UTF-16, big endian, without a byte order mark", utf16be]
]

describe.each(images)("after the end of an %s", (mediaType, image) => {
  it.each([
    ["nothing", ""],
    ["zeros", "\0".repeat(70_000)],
    ["0xff", "\xff".repeat(100)],
    ["line ends", "\r\n\n"],
    ["a second end marker", "\xff\xd9"],
    ["a preview", jpeg({ width: 200, height: 100 })],
    ["a preview after padding", Buffer.concat([Buffer.alloc(900), jpeg({ width: 200, height: 100 })])],
    ["a motion photo's video", "\0\0\0\x18ftypmp42\0\0\0\0isommp42 and so on".repeat(100)],
    ["a Samsung record", "\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1700000000000SEFHk\0\0\0\x01\0\0\0SEFT"],
    ["a Vivo record", 'vivo{"com.vivo.feature":{}}'],
    ["a OnePlus record", "\0\0\0\x04jxrs\0\0"],
    ["a HEIC", otherImages.HEIC],
    ["a lone <", "<"],
    ["a record that begins with a <", "<\x01\x02\x03vendor"],
    ["a record of 60 bytes that says so first", "<\0\0\0video /"],
    ["a record that begins with its length", "MP\x01\0PK"],
    ["prose", "The rest is silence. #! <html>"]
  ])("%s may follow", (_, trailer) => {
    expect(verdict(Buffer.concat([image, Buffer.from(trailer as string, "latin1")]))).toBe(mediaType)
  })

  const refused = [
    ["ZIP", "PK\x03\x04 and so on"],
    ["empty ZIP", "PK\x05\x06"],
    ["ZIP in one part of several", "PK00PK\x03\x04"],
    ["RAR", "Rar!\x1a\x07\0"],
    ["old RAR", "RE~^"],
    ["7z", "7z\xbc\xaf\x27\x1c"],
    ["gzip", gzipSync("x").toString("latin1")],
    ["PDF", "%PDF-1.7"],
    ["HTML", "<!DOCTYPE html>"],
    ["HTML without a declaration", "<HTML lang=en>"],
    ["a lone script element", "<script>alert(1)</script>"],
    ["XML", '<?xml version="1.0"?>'],
    ["XML without a declaration", "<a:b/>"],
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg">'],
    ["PHP", "<?php"],
    ["script", "#!/bin/sh\n"],
    ["ELF", "\x7fELF\x02\x01\x01"],
    ["PE", "MZ\x90\0"]
  ] as const

  describe.each(["", "\0\0\0\0", "\xff\xff", " \r\n\t", "\0".repeat(70_000)])("padding %#, and then", (padding) => {
    it.each(refused)("%s is damage", (_, trailer) => {
      for (const rest of ["", "x".repeat(200)]) {
        expect(verdict(Buffer.concat([image, Buffer.from(padding + trailer + rest, "latin1")]))).toBe("damaged")
      }
    })
  })

  describe.each(markup)("the text %j", (text) => {
    it.each(encodings)("%s is damage", (_, encode) => {
      for (const before of ["", "\r\n ", " ".repeat(200)]) {
        expect(verdict(Buffer.concat([image, encode(before + text)]))).toBe("damaged")
      }
    })
  })
})
