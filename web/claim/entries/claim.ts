// First slice: replaced by the claim page.
const words = [
  "a line that is here to be compressed, number 0",
  "a line that is here to be compressed, number 1",
  "a line that is here to be compressed, number 2",
  "a line that is here to be compressed, number 3",
  "a line that is here to be compressed, number 4",
  "a line that is here to be compressed, number 5",
  "a line that is here to be compressed, number 6",
  "a line that is here to be compressed, number 7",
  "a line that is here to be compressed, number 8",
  "a line that is here to be compressed, number 9",
  "a line that is here to be compressed, number 10",
  "a line that is here to be compressed, number 11",
];
document.documentElement.dataset.ready = words.join(" ");
