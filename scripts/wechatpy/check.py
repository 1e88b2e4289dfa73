"""Usage: check.py KAILING FOLDER. Receives the verifications and events of a real server with wechatpy, under many keys,
and sends what wechatpy encrypts to `kailing listen`."""
import json, queue, random, string, subprocess, sys, threading, time, urllib.parse, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from wechatpy.crypto import _get_signature
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto

LETTERS = string.ascii_letters + string.digits
KEYS = 25
NAME = "开瓴 😀 \"quoted\" \\ and long " + "长" * 60


class Receiver(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(self.crypto.check_signature(*self.signed(), self.query["echostr"]))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = self.crypto.decrypt_message({"Encrypt": body["encrypt_msg"]}, *self.signed())
        self.events.put((body["to_app"], json.loads(text)))
        self.answer("success")

    def signed(self):
        self.query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        return self.query["msg_signature"], self.query["timestamp"], self.query["nonce"]

    def answer(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Kailing:
    def __init__(self, program, folder):
        self.program, self.database = program, f"sqlite:{folder}/kailing.db"

    def run(self, *arguments):
        command = [self.program, *arguments, "--database", self.database]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        expect(arguments[1], (done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def start(self, *arguments):
        process = subprocess.Popen([self.program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return process, process.stdout.readline()


def main(program, folder):
    kailing, events = Kailing(program, folder), queue.Queue()
    app = kailing.run("app", "create", "--name", "wechatpy", "--json")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url, Receiver.events = f"http://127.0.0.1:{server.server_port}/hook?of=me", events
    for _ in range(KEYS):
        token, key = letters(random.randint(16, 32)), letters(43)
        Receiver.crypto = WeChatCrypto(token, key, app["app_id"])
        kailing.run("app", "set-callback", "--app", app["app_id"], "--url", url, "--token", token, "--aes-key", key, "--json")
    print(f"wechatpy: verifications under {KEYS} keys are read and answered rightly")
    receive_events(kailing, app, events)
    print("wechatpy: events of a running server are read rightly")
    for _ in range(3):
        send(kailing, letters(random.randint(16, 32)), letters(43))
    print("wechatpy: what it encrypts is read by kailing listen")


def receive_events(kailing, app, events):
    server, ready = kailing.start("serve", "--listen", "127.0.0.1:0", "--database", kailing.database)
    try:
        base = next(word for word in ready.split() if word.startswith("http://"))
        credentials = urllib.parse.urlencode({"app_id": app["app_id"], "app_secret": app["app_secret"]})
        token = call(f"{base}/openapi/auth/access_token/get?{credentials}")["access_token"]
        created = call(f"{base}/openapi/contact/create?access_token={token}", {"user_name": NAME, "status": 4})
        got = {}
        while "contact_add" not in got:
            to_app, message = events.get(timeout=20)
            expect("to_app", (to_app, message["header"]["to_app"]), (app["app_id"], app["app_id"]))
            got[message["header"]["event_type"]] = json.dumps(message["event"], ensure_ascii=False)
        for part in (json.dumps(NAME, ensure_ascii=False), created["contact_id"]):
            expect(f"{part} in {got['contact_add']}", part in got["contact_add"], True)
    finally:
        server.terminate()
        server.wait()


def send(kailing, token, key):
    listener, ready = kailing.start("listen", "--json", "--port", "0", "--token", token, "--aes-key", key)
    try:
        base, crypto = json.loads(ready)["url"], WeChatCrypto(token, key, "an application")
        echo = PrpCrypto(crypto.key).encrypt("4375120948345356249", "an application").decode()
        now = str(int(time.time()))
        signed = {"msg_signature": _get_signature(token, now, "nonce123", echo), "timestamp": now, "nonce": "nonce123"}
        query = urllib.parse.urlencode({**signed, "echostr": echo})
        with urllib.request.urlopen(f"{base}?{query}", timeout=10) as answer:
            expect("echo", answer.read().decode(), "4375120948345356249")
    finally:
        listener.terminate()
        listener.wait()


def call(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
        envelope = json.loads(answer.read())
    expect(url, envelope["code"], 0)
    return envelope["data"]


def letters(count):
    return "".join(random.choices(LETTERS, k=count))


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"wechatpy: {what}: {actual!r} instead of {expected!r}")


main(*sys.argv[1:])
