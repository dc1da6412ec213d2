import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root } from '../run.mjs';
import { lastLines, SetupError } from '../say.mjs';
import { digestOf, readStamp, writeStamp } from './stamp.mjs';

const stamp = join(root, 'node_modules', '.emochat-stamp');
const networkTrouble =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED/;

/** Digest of the lock file: what decides which packages belong into node_modules. */
export function lockDigest() {
  return digestOf(['package-lock.json']);
}

/** Whether node_modules was installed from this very package-lock.json. */
export function npmPackagesAreInstalled() {
  return existsSync(join(root, 'node_modules')) && readStamp(stamp) === lockDigest();
}

/**
 * Runs `npm ci` without any package's install script (see .npmrc for the reason).
 * @throws SetupError
 */
export function installNpmPackages() {
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--fetch-retry-mintimeout=2000',
    '--fetch-retry-maxtimeout=10000',
  ];
  const npm = process.env.npm_execpath;
  const { status, output } =
    npm?.endsWith('.js') === true ? capture(process.execPath, [npm, ...args]) : capture('npm', args);
  if (status !== 0) throw npmError(status, output);
  writeStamp(stamp, lockDigest());
}

function npmError(status, output) {
  if (status === null && output === '') {
    return new SetupError(
      'No se encontró npm. Viene con Node: https://nodejs.org/es/download',
      'npm was not found. It comes with Node: https://nodejs.org/en/download',
    );
  }
  if (networkTrouble.test(output)) {
    return new SetupError(
      'npm no llega a su registro. Comprueba la conexión a internet (o el proxy) y vuelve a intentarlo.',
      'npm cannot reach its registry. Check the network (or the proxy) and try again.',
    );
  }
  return new SetupError(
    'npm no pudo instalar los paquetes; arriba está lo que dijo.',
    'npm could not install the packages; what it said is above.',
    lastLines(output, 20),
  );
}
