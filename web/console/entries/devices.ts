// What the pages of end devices do better with a script.
export {};
