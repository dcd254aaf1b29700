// Reads labels from standard input (JSON: a list of texts) and tells what each says: a test holds the answers to those of Python.
// Run by Node, never by a page.
import { type Label, Unreadable } from "./label.ts";
import { readLabel } from "./read.ts";

declare const process: { stdin: AsyncIterable<Uint8Array>; stdout: { write(text: string): void } };

type Answer = Label | { place: string; kind: string };

function answer(text: string): Answer {
  try {
    return readLabel(text);
  } catch (fault) {
    if (!(fault instanceof Unreadable)) throw fault;
    return { place: fault.place, kind: fault.kind };
  }
}

const decoder = new TextDecoder();
let given = "";
for await (const part of process.stdin) given += decoder.decode(part, { stream: true });
process.stdout.write(JSON.stringify((JSON.parse(given) as string[]).map(answer)));
