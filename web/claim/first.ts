// Before anything else: what stands after the `#` (the text of a label that the phone's own camera opened) leaves the address.
export const fragment = location.hash.slice(1);
if (location.hash) history.replaceState(null, "", location.pathname);
