// A device by lora-packet: decrypts join-accepts, checks their MIC, derives session keys. A JSON object a line, both ways.
import lorapacket from "lora-packet";
import { createInterface } from "node:readline";

const bytes = (text) => Buffer.from(text, "hex");
const hex = (buffer) => buffer.toString("hex").toUpperCase();

function joined({ frame, appKey, devNonce }) {
  const key = bytes(appKey);
  const sealed = lorapacket.fromWire(bytes(frame));
  const open = lorapacket.fromWire(lorapacket.decryptJoinAccept(sealed, key));
  const keys = lorapacket.generateSessionKeys10(key, open.NetID, open.AppNonce ?? open.JoinNonce, bytes(devNonce));
  return {
    micRight: lorapacket.verifyMIC(open, undefined, key),
    joinNonce: hex(open.AppNonce ?? open.JoinNonce),
    netId: hex(open.NetID),
    devAddr: hex(open.DevAddr),
    nwkSKey: hex(keys.NwkSKey),
    appSKey: hex(keys.AppSKey),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(joined(JSON.parse(line))));
}
