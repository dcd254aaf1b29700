// What pages can do better with a script; without it everything still works. Nothing is sent anywhere.
"use strict";

for (const button of document.querySelectorAll("[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  source.addEventListener("focus", () => source.select());
  button.hidden = !navigator.clipboard; // plain HTTP has no clipboard: there people copy by hand
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.value);
      button.textContent = "Copied";
    } catch {
      source.select();
    }
    setTimeout(() => { button.textContent = "Copy the code"; }, 2500);
  });
}

// An invitation stands in the fragment, which is never sent to a server; it goes into the form and out of the address.
const invited = document.querySelector("[data-invitation]");
if (invited) {
  const token = new URLSearchParams(location.hash.slice(1)).get("invitation");
  if (token) {
    invited.value = token;
    history.replaceState(null, "", location.pathname + location.search);
  }
}
