// A receiver of Kailing's events. Needs Node 18 or newer, nothing else.
//
// TOKEN=... AES_KEY=... PORT=9200 node receiver.mjs
import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { TOKEN, AES_KEY, PORT = "9200" } = process.env;
const KEY = Buffer.from(AES_KEY, "base64"); // ignores the 2 surplus bits, as it must
const seen = new Set(); // keep the ids where your data are, written in the same transaction

// Your work. Whatever it throws makes Kailing try again later.
async function handle(event, header) {
  console.log(header.event_type, JSON.stringify(event));
}

function signed(query, text) {
  const pieces = [TOKEN, query.get("timestamp"), query.get("nonce"), text].sort();
  const right = Buffer.from(createHash("sha1").update(pieces.join("")).digest("hex"));
  const given = Buffer.from(query.get("msg_signature") ?? "");
  return given.length === right.length && timingSafeEqual(given, right);
}

function decrypt(text) {
  const cipher = createDecipheriv("aes-256-cbc", KEY, KEY.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(text, "base64"), cipher.final()]);
  const end = 20 + plain.readUInt32BE(16); // 16 random bytes, 4 of length, the message, then what we ignore
  if (end > plain.length) throw new Error("encrypted with another key");
  return plain.toString("utf8", 20, end);
}

async function receive(text, eventId) {
  if (seen.has(eventId)) return "success";
  const { event, header } = JSON.parse(text);
  await handle(event, header);
  seen.add(eventId);
  return "success";
}

async function respond(request) {
  const query = new URL(request.url, "http://localhost").searchParams;
  const isEvent = request.method === "POST";
  const body = [];
  for await (const chunk of request) body.push(chunk);
  const text = isEvent ? JSON.parse(Buffer.concat(body).toString()).encrypt_msg : query.get("echostr");
  if (!signed(query, text)) return [401, "wrong signature"];
  const plain = decrypt(text);
  return [200, isEvent ? await receive(plain, request.headers["x-kailing-event-id"]) : plain];
}

createServer(async (request, response) => {
  const [status, reply] = await respond(request).catch((error) => [500, String(error)]);
  response.writeHead(status).end(reply);
}).listen(Number(PORT));
