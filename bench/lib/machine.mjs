import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';

/** What a figure means nothing without. */
export function machine({ opencv, simd }) {
  return {
    processor: /^model name\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? process.arch,
    cores: availableParallelism(),
    memory: totalmem(),
    simd,
    opencv,
    node: process.versions.node,
    load: loadavg()[0],
  };
}

/** The numbers of the cores that this process may use. */
export function allowedCores() {
  const [, list = '0'] =
    /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
