// What pages can do better with a script; without it everything still works. HTML is never made from text here:
// fresh parts of a page come as the browser's own inert document, and no script in them can run.
"use strict";

const language = document.documentElement.lang;
const all = (selector, root = document) => root.querySelectorAll(selector);

// ------------------------------------------------------------------ moments in the reader's own time zone

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

function ago(moment) {
  const seconds = (moment - Date.now()) / 1000;
  if (Math.abs(seconds) > 30 * 86400) return date.format(moment);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return relative.format(Math.round(seconds / size), unit);
}

function writeMoments(root) {
  for (const time of all("time[datetime]", root)) {
    const moment = new Date(time.dateTime);
    const forms = { date: () => date.format(moment), ago: () => ago(moment) };
    time.textContent = (forms[time.dataset.form] ?? (() => full.format(moment)))();
    time.title = exact.format(moment);
  }
  for (const shown of all("[data-zone]", root)) {
    shown.querySelector("span").textContent = zone;
    shown.hidden = false;
  }
}

// A moment that is typed here is local; what is sent is UTC, as it came.
const two = (number) => String(number).padStart(2, "0");
function prepareMomentFields(root) {
  for (const field of all("input[data-moment]", root)) {
    const sent = Object.assign(document.createElement("input"), { type: "hidden", name: field.name });
    const read = () => { sent.value = field.value ? new Date(field.value).toISOString().slice(0, 16) : ""; };
    if (field.value) {
      const at = new Date(`${field.value.slice(0, 16)}Z`);
      field.value = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
    }
    read();
    field.removeAttribute("name");
    field.addEventListener("input", read);
    field.after(sent);
    document.getElementById(`${field.id}-hint`).append(` (${zone})`);
  }
}

// ------------------------------------------------------------------ menus, dialogs, copying, messages

const menu = document.querySelector("[data-menu]");
menu?.addEventListener("click", () => {
  const open = document.getElementById("navigation").classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
});

document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches("a[data-opens]")) { event.preventDefault(); event.target.click(); }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens).showModal();
    return;
  }
  if (event.target.closest("[data-closes]")) {
    event.preventDefault();
    event.target.closest("dialog").close();
  }
  const dismisses = event.target.closest("[data-dismisses]");
  dismisses?.closest("[data-toast]").remove();
  const copies = event.target.closest("[data-copies]");
  if (copies) copy(copies);
  const reveals = event.target.closest("[data-reveals]");
  if (reveals) reveal(reveals);
});

async function copy(button) {
  const label = button.querySelector(".away");
  const before = label.textContent;
  await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
  label.textContent = button.dataset.done;
  say(button.dataset.done);
  setTimeout(() => { label.textContent = before; }, 2500);
}

function reveal(button) {
  const shown = document.getElementById(button.dataset.reveals);
  shown.hidden = !shown.hidden;
  button.setAttribute("aria-expanded", String(!shown.hidden));
}

function say(text) {
  const toast = document.createElement("div");
  const line = document.createElement("p");
  toast.className = "toast";
  line.textContent = text;
  toast.append(line);
  document.querySelector(".toasts").append(toast);
  setTimeout(() => toast.remove(), 4000);
}

// ------------------------------------------------------------------ forms

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  const button = event.submitter ?? event.target.querySelector("button");
  setTimeout(() => { if (button) button.disabled = true; });
  setTimeout(() => { if (button) button.disabled = false; }, 8000);
});
addEventListener("pageshow", () => { for (const button of all("button:disabled")) button.disabled = false; });

// ------------------------------------------------------------------ live: what changed is fetched and put in place

function prepare(root) {
  for (const opener of all("[data-opens]:not([role])", root)) opener.setAttribute("role", "button");
  writeMoments(root);
  prepareMomentFields(root);
  for (const button of all("[data-copies]", root)) button.hidden = !navigator.clipboard; // plain HTTP has none
  for (const part of all("[data-scripted-away]", root)) part.hidden = true;
  for (const part of all("[data-dismisses]", root)) part.hidden = false;
}

function fetchPage() {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname + location.search);
    request.responseType = "document";
    request.setRequestHeader("accept", "text/html");
    request.onload = () => done(request);
    request.onerror = failed;
    request.send();
  });
}

// A part is left alone while somebody types or chooses in it.
const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea") || part.querySelector("dialog[open]");

function put(fresh) {
  for (const part of all("main [data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || busy(part)) continue;
    document.adoptNode(next);
    prepare(next);
    if (next.textContent === part.textContent && next.children.length === part.children.length) continue;
    part.replaceWith(next);
    next.classList.add("fresh");
  }
}

let waiting = null;
function refresh() {
  waiting ??= setTimeout(async () => {
    waiting = null;
    try {
      const answer = await fetchPage();
      if (answer.status === 200 && new URL(answer.responseURL).pathname === location.pathname) put(answer.response);
      else gone(answer);
    } catch { /* the network is away: the stream comes again, and then the page is looked at again */ }
  }, 50);
}

// What one may no longer see is taken away at once; the server's own page says why.
function gone(answer) {
  const main = answer.response?.getElementById("main");
  if (new URL(answer.responseURL).pathname !== location.pathname || !main) { location.reload(); return; }
  stream?.close();
  document.adoptNode(main);
  document.getElementById("main").replaceWith(main);
  document.title = answer.response.title;
}

let stream = null;
const subjects = document.body.dataset.events;
if (subjects) {
  let opened = false;
  stream = new EventSource(`/console/events?${subjects}`);
  stream.addEventListener("open", () => { if (opened) refresh(); opened = true; });
  stream.addEventListener("change", refresh);
  stream.addEventListener("gone", () => { stream.close(); refresh(); });
}

prepare(document);
// On a phone the tabs are wider than the screen.
const tab = document.querySelector(".tabs [aria-current]");
tab?.closest(".tabs").scrollTo({ left: tab.offsetLeft - 48 });
const first = document.querySelector("[data-focus]");
if (first) first.focus();
const toast = document.querySelector("[data-toast]");
if (toast) setTimeout(() => toast.remove(), 8000);
