import { existsSync, readFileSync } from 'node:fs';
import { capture, findProgram } from '../run.mjs';
import { lastLines, say, SetupError } from '../say.mjs';

/** Debian and Ubuntu packages that the program is built from and runs with. */
const toRun = [
  'g++',
  'libhwy-dev',
  'libjpeg-dev',
  'libopencv-contrib-dev',
  'libopencv-dev',
  'libpng-dev',
  'libpugixml-dev',
  'libwebp-dev',
  'make',
  'opencv-data',
  'pkg-config',
  'python3',
];

/** What is needed besides, by purpose: a browser and video; dlib's landmarks and a screen without a monitor; the linters of C++. */
const toDo = {
  tests: ['chromium', 'ffmpeg'],
  'full-tests': ['imagemagick', 'libdlib-data', 'xdotool', 'xvfb'],
  lint: ['clang-format', 'clang-tidy'],
};

/** What pkg-config calls the libraries that the program is built from, and what people call them. */
const libraries = {
  opencv4: 'OpenCV 4 (+ contrib: face)',
  libhwy: 'Google Highway (libhwy)',
  libjpeg: 'libjpeg-turbo',
  libpng: 'libpng',
  libwebp: 'libwebp',
  pugixml: 'pugixml',
};

/** Programs that serve as the browser of the page's tests, the best first. */
const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const networkTrouble =
  /Temporary failure resolving|Could not resolve|Could not connect|Network is unreachable|Connection (refused|timed out|failed)/;

/**
 * The packages that are still to be installed; none where there is no apt but everything to build with is there.
 * @param {string[]} purposes `tests`, `full-tests`, `lint`.
 * @throws SetupError on a system without apt that lacks something.
 */
export function missingSystemPackages(purposes) {
  if (findProgram('apt-get') === null || findProgram('dpkg-query') === null) {
    checkWithoutApt();
    return [];
  }
  const wanted = [...toRun, ...purposes.flatMap((purpose) => toDo[purpose] ?? []).filter(isNeeded)];
  const format = '${Package} ${db:Status-Abbrev}\n';
  const { stdout } = capture('dpkg-query', ['-W', '-f', format, ...wanted]);
  const installed = new Set([...stdout.matchAll(/^(\S+) ii/gm)].map((match) => match[1]));
  return wanted.filter((name) => !installed.has(name));
}

function isNeeded(name) {
  return name !== 'chromium' || (findBrowser() === null && !chromiumIsSnap());
}

/** Whether set-up can install a browser here: not where there is no apt, nor where apt has but a snap. */
export function canInstallBrowser() {
  return findProgram('apt-get') !== null && !chromiumIsSnap();
}

/** @returns {string | null} the browser that the page is tested and measured in: what `CHROMIUM_PATH` names, else one that is installed */
export function findBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && existsSync(named)) return named;
  return browsers.map((name) => findProgram(name)).find((path) => path !== null) ?? null;
}

/** Ubuntu's chromium package only leads to a snap, which neither containers nor a plain user can install. */
function chromiumIsSnap() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID=ubuntu$/m.test(release);
}

/** Says so if the tests of the page will lack their browser. */
export function warnOfMissingBrowser() {
  if (findBrowser() !== null) return;
  say(
    'No hay navegador para las pruebas de la página: instala Google Chrome (https://www.google.com/chrome/) o Chromium.',
    "There is no browser for the page's tests: install Google Chrome (https://www.google.com/chrome/) or Chromium.",
  );
}

function checkWithoutApt() {
  const lacking = ['g++', 'make', 'pkg-config', 'python3'].filter((name) => findProgram(name) === null);
  if (!lacking.includes('pkg-config')) {
    for (const [library, name] of Object.entries(libraries)) {
      if (capture('pkg-config', ['--exists', library]).status !== 0) lacking.push(name);
    }
  }
  if (lacking.length === 0) return;
  const list = lacking.join(', ');
  throw new SetupError(
    `Este sistema no tiene apt. Instala con su gestor de paquetes lo que falta y vuelve a intentarlo: ${list}`,
    `This system has no apt. Install what is missing with its own package manager and try again: ${list}`,
  );
}

/**
 * Installs packages with apt-get if this user may.
 * @throws SetupError with the one line to type otherwise, or with what apt said.
 */
export function installSystemPackages(packages) {
  const asRoot = rootPrefix();
  const list = packages.join(' ');
  if (asRoot === null) {
    throw new SetupError(
      `Faltan paquetes del sistema y aquí no hay permiso para instalarlos. Escribe esto y repite:\n\n    ${typedCommand(list)}\n`,
      `System packages are missing and this user may not install them. Type this, then try again:\n\n    ${typedCommand(list)}\n`,
    );
  }
  const apt = (args) =>
    capture('env', [
      ...asRoot,
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-o',
      'DPkg::Lock::Timeout=300',
      ...args,
    ]);
  const update = apt(['update']);
  const install = apt(['install', '-y', '--no-install-recommends', ...packages]);
  if (install.status !== 0) throw aptError(list, update.output + install.output, install.output);
}

function typedCommand(list) {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${list}`;
}

/** What to put between `env` and the variables: nothing for root, sudo where it asks no password, else null. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return capture('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n', 'env'] : null;
}

function aptError(list, everything, install) {
  if (networkTrouble.test(everything)) {
    return new SetupError(
      `apt no llega a sus servidores. Comprueba la conexión a internet y repite. Falta: ${list}`,
      `apt cannot reach its servers. Check the network and try again. Missing: ${list}`,
    );
  }
  return new SetupError(
    `apt no pudo instalar ${list}; arriba está lo que dijo.`,
    `apt could not install ${list}; what it said is above.`,
    lastLines(install, 20),
  );
}
