// What the pages of end devices do better with a script.
import { listen } from "../devices/code.ts";
import { receive } from "../devices/files.ts";
import { importFiles } from "../devices/imports.ts";

for (const shown of document.querySelectorAll<HTMLElement>(
  "[data-scripted], [data-shows], [data-generates], [data-prints]",
)) {
  shown.hidden = false;
}
listen();
receive();
importFiles();
