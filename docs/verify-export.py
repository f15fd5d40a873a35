# Verifies an export of one registration offline, as docs/audit.md describes it: python3 verify-export.py FILE [--key FILE]
# Exit code 0: a key that you brought vouches for everything. 1: the file contradicts itself or that key. 2: less than that.
# Needs Python 3.9 or later and the package cryptography.
import base64, errno, hashlib, json, re, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
MOST_BYTES, DEEPEST, LARGEST = 64 * 1024 * 1024, 32, 2**53 - 1
HEX, NUMBER, KEY, SIGNATURE = "[0-9a-f]{64}", "[1-9][0-9]{0,14}", "[A-Za-z0-9+/]{59}=", "[A-Za-z0-9+/]{91}="
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
ANY = r"[\s\S]*"
EVENT = {"actor": {"id": ANY, "kind": ANY}, "causationId": ANY, "correlationId": ANY, "data": dict, "id": ANY}
EVENT |= {"previousHash": HEX, "recordedAt": TIME, "revision": int, "stream": ANY, "type": ANY, "version": int}
PROOF = {"checkpoint": int, "index": int, "path": [HEX]}
SHAPE = {"format": "certreg-export", "logId": UUID, "publicKey": KEY, "registrationId": UUID, "version": int}
SHAPE |= {"checkpoints": [{"note": ANY, "signer": int}], "signers": {"changes": [ANY], "first": KEY}}
SHAPE |= {"events": [{"event": EVENT, "hash": HEX, "position": int, "proof": PROOF}]}
OPTIONAL = {"causationId", "proof"}

def end(code, sentence):
    print(sentence, file=sys.stderr if code else sys.stdout)
    sys.exit(code)

def check(holds, where, what):
    if not holds: end(1, f"Contradiction at {where}: {what}.")

def write(value, depth=1):
    is_deep = depth > DEEPEST and isinstance(value, (dict, list))
    if is_deep or isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST): raise ValueError
    if isinstance(value, list): return "[" + ",".join(write(one, depth + 1) for one in value) + "]"
    if not isinstance(value, dict): return json.dumps(value, ensure_ascii=False)
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{write(name)}:{write(value[name], depth + 1)}" for name in names) + "}"

def fits(value, wanted):
    if wanted is int: return type(value) is int and value >= 0
    if isinstance(wanted, str): return isinstance(value, str) and re.fullmatch(wanted, value) is not None
    if isinstance(wanted, list): return isinstance(value, list) and all(fits(one, wanted[0]) for one in value)
    if not isinstance(value, dict) or wanted is dict: return isinstance(value, dict)
    names = value.keys() | (wanted.keys() - OPTIONAL)
    return all(name in value and name in wanted and fits(value[name], wanted[name]) for name in names)

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

# An Ed25519 key, and none of so small an order that others can sign for it.
def is_key(spki):
    der, prime = base64.b64decode(spki), 2**255 - 19
    y = int.from_bytes(der[12:], "little") % 2**255
    eighth = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    is_strong = y < prime and y not in (0, 1, prime - 1, eighth, prime - eighth)
    is_plain = len(der) == 44 and base64.b64encode(der).decode() == spki
    return is_plain and der[:12].hex() == "302a300506032b6570032100" and is_strong

def is_signed(text, log, spki, signature):
    raw, signed = base64.b64decode(spki)[12:], base64.b64decode(signature)
    key_hash = sha256(f"certreg/{log}\n\x01".encode(), raw)[:4]
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signed[4:], text.encode())
    except InvalidSignature: return False
    return signed[:4] == key_hash and base64.b64encode(signed).decode() == signature

def taken_apart(note, log, title, lines, signatures):
    pattern = f"({title}\nlog {log}\nprevious {HEX}\n{lines}\n)\n" + f"— certreg/{log} ({SIGNATURE})\n" * signatures
    return (found := re.fullmatch(pattern, note)) and found.groups() or ("",) * 9

# RFC 9162 §2.1.3.2; None where no tree of so many leaves has such a path.
def root_of(node, index, count, path):
    last = count - 1
    for beside in map(bytes.fromhex, path):
        if last == 0: return None
        if index % 2 == 1 or index == last:
            node = sha256(b"\1", beside, node)
            while index % 2 == 0 and index > 0:
                index, last = index // 2, last // 2
        else: node = sha256(b"\1", node, beside)
        index, last = index // 2, last // 2
    return node.hex() if last == 0 else None

def keys_of(file):
    keys, log = [file["signers"]["first"]], file["logId"]
    check(is_key(keys[0]), "file.signers.first", "it is no key")
    for n, note in enumerate(file["signers"]["changes"]):
        text, former, signer, *by = taken_apart(note, log, "certreg signer 1", f"former ({KEY})\nsigner ({KEY})", 2)
        is_sound = former == keys[n] and is_key(signer) and is_signed(text, log, former, by[0])
        what = "the key before it and its own did not sign it"
        check(is_sound and is_signed(text, log, signer, by[1]), f"file.signers.changes[{n}]", what)
        keys.append(signer)
    check(file["publicKey"] == keys[-1], "file.publicKey", "it is not that of the last signer")
    return keys

def checkpoints_of(file, keys):
    ranges, before, log = [], (0, 0), file["logId"]
    lines = f"count ({NUMBER})\nlast position ({NUMBER})\nroot ({HEX})"
    for n, one in enumerate(file["checkpoints"]):
        where, signer = f"file.checkpoints[{n}]", one["signer"]
        text, count, last, root, by, *_ = taken_apart(one["note"], log, "certreg checkpoint 1", lines, 1)
        is_sound = text and signer < len(keys) and is_signed(text, log, keys[signer], by)
        check(is_sound, where, "its signer did not sign it")
        check(int(last) > before[0] and signer >= before[1], where, "it does not follow on the one before")
        ranges.append((before[0], int(last), int(count), root))
        before = (int(last), signer)
    return ranges

def events_of(file, ranges):
    before, end_of_all = ("0" * 64, "", 0), ranges[-1][1] if ranges else 0
    for n, one in enumerate(file["events"]):
        event, proof, position, where = one["event"], one.get("proof"), one["position"], f"file.events[{n}]"
        is_here = event["stream"] == f"registration-{file['registrationId']}" and event["revision"] == n
        check(is_here, where, "it has another place")
        follows = event["previousHash"] == before[0] and event["recordedAt"] >= before[1] and position > before[2]
        check(follows, where, "it does not follow on the one before")
        check(sha256(write(event).encode()).hex() == one["hash"], where, "its hash is not that of its content")
        before = (one["hash"], event["recordedAt"], position)
        nth, index = (proof["checkpoint"], proof["index"]) if proof else (len(ranges), 0)
        uncovered = (end_of_all, 0 if proof else LARGEST, 0, "")
        after, last, count, root = ranges[nth] if nth < len(ranges) else uncovered
        check(after < position <= last, where, "its checkpoint does not cover its position")
        leaf = sha256(b"\0", position.to_bytes(8, "big"), bytes.fromhex(one["hash"]))
        leads = not proof or (index < count and root_of(leaf, index, count, proof["path"]) == root)
        check(leads, where, "its proof does not lead to the root of its checkpoint")
    proven = {one["proof"]["checkpoint"] for one in file["events"] if "proof" in one}
    for n in range(len(ranges)): check(n in proven, f"file.checkpoints[{n}]", "it proves nothing")
    check(file["events"], "file.events", "there are none")
    return [n for n, one in enumerate(file["events"]) if "proof" not in one]

def read(path, what):
    try:
        with open(path, "rb") as file: content = file.read(MOST_BYTES + 1)
    except OSError as error: end(2, f"{what} cannot be read ({errno.errorcode.get(error.errno)}).")
    return content if len(content) <= MOST_BYTES else end(2, f"{what} is larger than it can be.")

path, flag, key_file = (sys.argv[1:] + [None] * 2)[:3] if len(sys.argv) in (2, 4) else ("", "", "")
if not path or (flag and flag != "--key"): end(2, "Usage: verify-export FILE [--key FILE]")
given = key_file and re.sub(r"-----(BEGIN|END) PUBLIC KEY-----|[\t\n\v\f\r ]", "", read(key_file, "The file that --key names").decode("latin-1"))
if given is not None and not (re.fullmatch(KEY, given) and is_key(given)): end(2, "The key is no Ed25519 public key (PEM, or base64 of its SPKI form).")
content = read(path, "The file")
try:
    file = json.loads(content.decode("utf-8"))
    is_canonical = (write(file) + "\n").encode("utf-8") == content
except (ValueError, RecursionError): is_canonical = False
check(is_canonical, "file", "it is not canonical JSON")
check(fits(file, SHAPE) and file["version"] == 1, "file", "it is not as the format says")
keys = keys_of(file)
open_ones = events_of(file, checkpoints_of(file, keys))
check(given is None or given in keys, "the given key", "it is none of those that sign here")
if open_ones: end(2, f"Not everything is proven: no checkpoint covers revision {open_ones[0]} and what follows.")
if given is None: end(2, "Consistent, signer unknown: give a key that you trust with --key.")
end(0, f"Proven: {len(file['events'])} events of registration {file['registrationId']}, vouched for by the given key.")
