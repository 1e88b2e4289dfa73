"""Feeds a receiver over HTTP with the vectors of the event scheme and with wrong ones, and compares what it answers and
what it handles. Usage: check.py NAME COMMAND...  Needs nothing but Python."""
import json, os, socket, subprocess, sys, time
import urllib.error, urllib.parse, urllib.request

TOKEN = "WlTestToken1234567890"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"  # and a last letter, whose surplus bits do not matter

ECHO = {
    "msg_signature": "86ade5eeaa9e5172d1df562c44f93c0395de64a0", "timestamp": "1745818723", "nonce": "nonce123",
    "echostr": "Q3stYC6hdFzMh9T8HCvyDL57l2PMTrQTrvrwlHjePKUH9WcH3Vm5PgZ4KB4WSv0IKIiD2xAPHOFw4BtKNOIu8sVpp/xtEW8cdOKRpM2r"
               "aN2EPE/m9XFhFhV3mXqX1Zbp",
}
PLAIN_ECHO = "4375120948345356249"
# The same text without a trailing id, and a text that needs a whole block of padding.
ECHO_BARE = {
    "msg_signature": "b5a8bb2314b965c8f37b0dca5e4580e9da311570", "timestamp": "1745818723", "nonce": "nonce123",
    "echostr": "Q3stYC6hdFzMh9T8HCvyDL57l2PMTrQTrvrwlHjePKXFZreP8oAjUkBJAIE5jNLnnPIYevC18r2R0JNfzGAjww==",
}
ECHO_BLOCK = {
    "msg_signature": "ccb3ad4d6789e632f45e50fff25c8a162aa229fd", "timestamp": "1745818725", "nonce": "n4",
    "echostr": "Q3stYC6hdFzMh9T8HCvyDKIFEaa5QqIJX1GZbxO3+xFR4KsYExu0NCsHpdQOCbMEw+B5a2NoDw0PDv2FmFUfDssKOF8JZzNNbZGuBbAc"
                  "ZORpQm7IZjgKjrvtBG4oJF3p",
}
EVENT = {"msg_signature": "104c56def2b7dc3d370851743fce2c5c8ed35b69", "timestamp": "1745818724", "nonce": "Q7f2Kd90aLmZ3xVb"}
SEALED = (
    "DpQeJfnf/MGZ/+GTIspwVOgG59AXFeom6jG9Xo1lPk85f8qWXK32KrbjNvbR/Tlew6cinxC4stWN/qkju/3nYdVAJh6blp7nC9aLd/npo2WkjzYp"
    "mWjYPJlO1GLvOHhfe4L9b1MEPx4x8iwm6XW/VJjtIbkbH+qYpVNRl1C39dUJGmGYmdsC5lvfm9I5FZrJr1hUuDze0xsT9wMJfKhuzfo+Beyxg/Yu"
    "BXwLB4JEsrDnZ+K6bKevxSbvrGPpXwT0dj8nFhcjlK95VqFqfdHRpMqqCio28h8NBoo1MXEol5yPBmx62PsddhL/OOb+D5G4nwCqKEdNAYPjZyzL"
    "HJmeWyMUrALntbhuzsprdYOrg/qjBPGI4R/n19TQQhRAN0q2"
)
HANDLED = 'company_delete {"company_id": "XE2NDkHKOgUvHf3ITx1QaGTQ4Oy07TzgdWs4fCaEzyc", "company_name": "开瓴科技"}'


def main(name, command):
    for last in "GEFH":
        receive(name, command, last)
    print(f"{name}: verification, event, repeats and wrong signatures are answered rightly")


def receive(name, command, last):
    port = free_port()
    settings = {**os.environ, "TOKEN": TOKEN, "AES_KEY": KEY + last, "PORT": str(port)}
    process = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}/hook?of=me"
        wait(port, process)
        expect(name, "verification", ask(base, ECHO), (200, PLAIN_ECHO))
        expect(name, "text without trailing id", ask(base, ECHO_BARE), (200, PLAIN_ECHO))
        expect(name, "whole block of padding", ask(base, ECHO_BLOCK), (200, "12345678"))
        for wrong in ({**ECHO, "nonce": "nonce124"}, {**ECHO, "msg_signature": "0" * 40}, {**ECHO, "msg_signature": "0"}):
            expect(name, f"wrong {wrong}", ask(base, wrong)[0], 401)
        expect(name, "forged event", ask(base, {**EVENT, "timestamp": "1745818725"}, SEALED, "one")[0], 401)
        expect(name, "damaged event", ask(base, EVENT, SEALED[:-4] + "AAAA", "one")[0], 401)
        expect(name, "no event", ask(base, {}, SEALED, "one")[0] >= 400, True)
        for event_id in ("one", "one", "two"):
            expect(name, "event", ask(base, EVENT, SEALED, event_id), (200, "success"))
    finally:
        process.terminate()
        lines = process.communicate(timeout=10)[0].decode().splitlines()
    expect(name, "handled", [line.replace('":"', '": "').replace(',"', ', "') for line in lines], [HANDLED] * 2)


def ask(base, query, sealed=None, event_id=None):
    """GET for a verification, POST for an event: status and answer."""
    request = urllib.request.Request(f"{base}&{urllib.parse.urlencode(query)}")
    if sealed is not None:
        body = {"to_app": "wloa0123456789abcdef0123456789abcdef", "encrypt_msg": sealed}
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json; charset=utf-8")
        request.add_header("X-Kailing-Event-Id", event_id)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(port, process):
    for _ in range(200):
        if process.poll() is not None:
            sys.exit(f"the receiver ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("the receiver does not listen")


def expect(name, what, actual, expected):
    if actual != expected:
        sys.exit(f"{name}: {what}: {actual!r} instead of {expected!r}")


main(sys.argv[1], sys.argv[2:])
