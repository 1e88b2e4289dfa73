"""A receiver that leaves signature and decryption to wechatpy, a library for WeCom that knows nothing of Kailing.

TOKEN=... AES_KEY=... PORT=9200 APP_ID=... python3 wechatpy_receiver.py
"""
import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.enterprise.crypto import WeChatCrypto

# It compares the trailing id with that of the application.
crypto = WeChatCrypto(os.environ["TOKEN"], os.environ["AES_KEY"], os.environ["APP_ID"])
seen = set()


class Receiver(BaseHTTPRequestHandler):
    def do_GET(self):
        query = self.query()
        signed = query["msg_signature"], query["timestamp"], query["nonce"]
        self.answer(lambda: crypto.check_signature(*signed, query["echostr"]))

    def do_POST(self):
        query, body = self.query(), json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        signed = query["msg_signature"], query["timestamp"], query["nonce"]
        self.answer(lambda: self.handle_event(crypto.decrypt_message({"Encrypt": body["encrypt_msg"]}, *signed)))

    def handle_event(self, text):
        message, event_id = json.loads(text), self.headers["X-Kailing-Event-Id"]
        if event_id not in seen:
            print(message["header"]["event_type"], json.dumps(message["event"], ensure_ascii=False), flush=True)
            seen.add(event_id)
        return "success"

    def query(self):
        return dict(parse_qsl(urlsplit(self.path).query))

    def answer(self, work):
        try:
            status, reply = 200, work()
        except InvalidSignatureException:
            status, reply = 401, "wrong signature"
        reply = reply if isinstance(reply, bytes) else reply.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Receiver).serve_forever()
