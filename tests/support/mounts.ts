import { execFileSync } from 'node:child_process';

/** Whether this process may mount file systems (as root in most containers; not elsewhere). */
export const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();

/** Makes an empty folder a disk of its own, in memory, of so many bytes. */
export function mountMemory(folder: string, bytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
}

/** Takes away the right to write to a disk of {@link mountMemory}. */
export function remountReadOnly(folder: string): void {
  execFileSync('mount', ['-o', 'remount,ro', folder]);
}

export function unmount(folder: string): void {
  execFileSync('umount', [folder]);
}
