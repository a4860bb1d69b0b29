// Child processes that must not outlive this one, however it ends.

const children = new Set();

process.once('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});

export function endWithUs(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
}
