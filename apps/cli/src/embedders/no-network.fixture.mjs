// loaded before the program: whatever opens a connection, looks up a name or fetches ends the process with code 99
import dgram from "node:dgram";
import dns from "node:dns";
import http2 from "node:http2";
import net from "node:net";
import tls from "node:tls";

const refuse = (what) => () => {
  process.stderr.write(`network: ${what}\n`);
  process.exit(99);
};
net.Socket.prototype.connect = refuse("net.connect");
tls.connect = refuse("tls.connect");
http2.connect = refuse("http2.connect");
dgram.createSocket = refuse("dgram.createSocket");
dns.lookup = refuse("dns.lookup");
dns.promises.lookup = refuse("dns.promises.lookup");
globalThis.fetch = refuse("fetch");
globalThis.WebSocket = refuse("WebSocket");
