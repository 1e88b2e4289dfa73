"""Lets a server send real events to several receivers at once, one of which leaves the decoding to wechatpy, and compares
what they read. Usage: live.py KAILING PYTHON NODE  Needs nothing but Python."""
import json, os, secrets, signal, socket, string, subprocess, sys, tempfile, time
import urllib.request

KAILING, PYTHON, NODE = sys.argv[1:]
RECEIVERS = {
    "receiver.py": [PYTHON, "docs/receivers/receiver.py"],
    "receiver.mjs": [NODE, "docs/receivers/receiver.mjs"],
    "wechatpy": [PYTHON, "scripts/receivers/wechatpy_receiver.py"],
}
CONTACT = {"user_name": "李雷 \\ \"引号\" 🐟", "contact_ways": [{"type": 1, "contact_way": "13900139001"}],
           "status": 0}


def main(folder, running):
    database = f"sqlite:{folder}/kailing.db"
    server, lines = start([KAILING, "serve", "--demo", "--demo-contacts", "50", "--database", database,
                           "--listen", "127.0.0.1:0", "--log-level", "warn"], running)
    base = next(word for word in lines("is ready").split() if word.startswith("http://"))
    token = lines("access_token=").rsplit("access_token=", 1)[1].strip("'")
    read = {name: subscribe(name, command, database, running) for name, command in RECEIVERS.items()}
    created = call(f"{base}/openapi/contact/create?access_token={token}", CONTACT)
    call(f"{base}/openapi/contact/edit?access_token={token}",
         {"contact_id": created["contact_id"], "user_name": "韩梅梅"})
    news = {name: [lines(kind) for kind in ("contact_add", "clue_add", "clue_history", "contact_update", "clue_update")]
            for name, lines in read.items()}
    first = [parse(line) for line in news["receiver.py"]]
    for name, texts in news.items():
        expect(f"{name} reads the same", [parse(text) for text in texts], first)
    expect("the name", first[0][1]["user_name"], CONTACT["user_name"])
    expect("the new name", first[3][1]["user_name"], "韩梅梅")


def subscribe(name, command, database, running):
    """Starts a receiver and makes an application that sends it its events; gives a reader of its lines."""
    draw = lambda length: "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))
    token, key, port = draw(32), draw(43), free_port()
    app = json.loads(kailing("app", "create", "--name", name, "--json", "--database", database))["app_id"]
    settings = {"TOKEN": token, "AES_KEY": key, "PORT": str(port), "APP_ID": app}
    process, lines = start(command, running, settings)
    wait(port, process)
    kailing("app", "set-callback", "--app", app, "--url", f"http://127.0.0.1:{port}/hook?of={name}", "--token", token,
            "--aes-key", key, "--database", database)
    return lines


def start(command, running, settings={}):
    """A program, and a function that gives its next line with a certain text in it."""
    # Receivers write a line for each request there.
    errors = subprocess.DEVNULL if settings else None
    process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=errors, text=True)
    running.append(process)

    def line(part):
        for text in process.stdout:
            if part in text:
                return text.strip()
        sys.exit(f"{command[-1]} ended before it wrote {part}")
    return process, line


def kailing(*arguments):
    done = subprocess.run([KAILING, *arguments], capture_output=True, text=True)
    expect(f"kailing {' '.join(arguments)}: {done.stderr}", done.returncode, 0)
    return done.stdout


def call(url, body):
    with urllib.request.urlopen(url, json.dumps(body).encode(), timeout=10) as response:
        answer = json.load(response)
    expect(f"{answer}", answer["code"], 0)
    return answer.get("data")


def parse(line):
    kind, payload = line.split(" ", 1)
    return kind, json.loads(payload)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(port, process):
    for _ in range(200):
        if process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.05)
    sys.exit("a receiver does not listen")


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"{what}: {actual!r} instead of {expected!r}")


signal.alarm(120)  # whoever waits for an event that never comes
with tempfile.TemporaryDirectory(prefix="kailing-receivers.") as folder:
    running = []
    try:
        main(folder, running)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(10)
print("a server and its receivers: all read the same, wechatpy too")
