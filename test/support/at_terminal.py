"""Runs a program in a pseudo-terminal and plays a person: waits for a text, sends keys. Steps come as JSON on argv[1]:
[["text to wait for", "keys to send"], ...]; the rest of argv is the program. Prints JSON: transcript, exit code, whether the
terminal echoes and edits lines again at the end, and the text that never came (null when all did)."""
import fcntl, json, os, pty, select, struct, sys, termios, time

steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.read(0, 1)  # begin when the size is set
    os.execvpe(sys.argv[2], sys.argv[2:], dict(os.environ, TERM="xterm"))
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
os.write(terminal, b"\n")
said, seen, missing = b"", 0, None
deadline = time.monotonic() + 150


def read():
    global said
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if not ready:
        return True
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return False
    said += piece
    return piece != b""


alive = True
for text, keys in steps:
    while alive and said.find(text.encode(), seen) < 0 and time.monotonic() < deadline:
        alive = read()
    found = said.find(text.encode(), seen)
    if found < 0:
        missing = text
        break
    seen = found + len(text.encode())
    os.write(terminal, keys.encode())
if missing is not None:
    os.kill(pid, 9)
flags = None
while alive and time.monotonic() < deadline:
    try:
        flags = termios.tcgetattr(terminal)[3]
    except termios.error:
        pass
    alive = read()
_, status = os.waitpid(pid, 0)
# Once more after its end: the last look may be older than what the program put back.
try:
    flags = termios.tcgetattr(terminal)[3]
except termios.error:
    pass
sane = flags is not None and bool(flags & termios.ECHO) and bool(flags & termios.ICANON)
print(json.dumps({"said": said.decode("utf8", "replace"), "code": os.waitstatus_to_exitcode(status), "sane": sane, "missing": missing}))
