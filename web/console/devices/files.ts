// Files that are dropped or chosen: pictures of labels, makers' files.
export function receive(): void {}
