// What pages can do better with a script; without it everything still works. Nothing is sent anywhere.
"use strict";

for (const button of document.querySelectorAll("[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  const label = button.textContent;
  source.addEventListener("focus", () => source.select());
  button.hidden = !navigator.clipboard; // plain HTTP has no clipboard: there people copy by hand
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.value);
      button.textContent = button.dataset.done;
    } catch {
      source.select();
    }
    setTimeout(() => { button.textContent = label; }, 2500);
  });
}

// The tokens of links stand in the fragment, which is never sent to a server; they go into a form and out of the address.
const fragment = new URLSearchParams(location.hash.slice(1));
for (const field of document.querySelectorAll("[data-fragment]")) {
  const token = fragment.get(field.dataset.fragment);
  if (token) {
    field.value = token;
    history.replaceState(null, "", location.pathname + location.search);
  }
}
if (location.pathname === "/oauth/login" && fragment.has("token")) {
  location.replace("/oauth/one-time-login" + location.hash);
}
