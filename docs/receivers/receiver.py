"""A receiver of Kailing's events. Needs: pip install cryptography

TOKEN=... AES_KEY=... PORT=9200 python3 receiver.py
"""
import base64, hashlib, hmac, json, os, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = os.environ["TOKEN"]
KEY = base64.b64decode(os.environ["AES_KEY"] + "=")  # ignores the 2 surplus bits, as it must
seen, lock = set(), threading.Lock()  # keep the ids where your data are, written in the same transaction

def handle(event, header):
    """Your work. Whatever it raises makes Kailing try again later."""
    print(header["event_type"], json.dumps(event, ensure_ascii=False), flush=True)

def signed(query, text):
    pieces = sorted([TOKEN, query["timestamp"][0], query["nonce"][0], text])
    right = hashlib.sha1("".join(pieces).encode()).hexdigest().encode()
    return hmac.compare_digest(right, query["msg_signature"][0].encode())

def decrypt(text):
    cipher = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).decryptor()
    plain = cipher.update(base64.b64decode(text)) + cipher.finalize()
    end = 20 + int.from_bytes(plain[16:20], "big")  # 16 random bytes, 4 of length, the message, the rest is ignored
    if end > len(plain):
        raise ValueError("encrypted with another key")
    return plain[20:end].decode()

class Receiver(BaseHTTPRequestHandler):
    protocol_version, wbufsize, timeout = "HTTP/1.1", -1, 120  # keep connections, answer in one packet
    def do_GET(self):
        self.answer(lambda query: query["echostr"][0], lambda text: text)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(lambda _: json.loads(body)["encrypt_msg"], self.receive)

    def receive(self, text):
        message, event_id = json.loads(text), self.headers["X-Kailing-Event-Id"]
        with lock:  # while one attempt is at work, its repeat waits
            if event_id not in seen:
                handle(message["event"], message["header"])
                seen.add(event_id)
        return "success"

    def answer(self, find, receive):
        try:
            text = find(query := parse_qs(urlsplit(self.path).query))
            status, reply = (200, receive(decrypt(text))) if signed(query, text) else (401, "wrong signature")
        except Exception as error:
            status, reply = 500, repr(error)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body := reply.encode())))
        self.end_headers()
        self.wfile.write(body)

ThreadingHTTPServer(("", int(os.environ.get("PORT", "9200"))), Receiver).serve_forever()
