// Makes a page, or a fresh part of one, what it is with a script.
import { prepareMomentFields, writeMoments } from "./moments.ts";
import { all } from "./page.ts";

export function prepare(root: ParentNode): void {
  for (const opener of all("[data-opens]:not([role])", root)) opener.setAttribute("role", "button");
  writeMoments(root);
  prepareMomentFields(root);
  for (const button of all("[data-copies]", root)) button.hidden = !navigator.clipboard; // plain HTTP has none
  for (const part of all("[data-scripted-away]", root)) part.hidden = true;
  for (const part of all("[data-dismisses]", root)) part.hidden = false;
}
