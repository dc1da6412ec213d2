import { createConnection, type NetConnectOpts } from 'node:net';
import { UserError } from '../../common/user-error.js';
import { texts } from '../texts/commands.js';

/**
 * Makes sure that a window can be opened: OpenCV ends the process where it cannot.
 *
 * @param environment `DISPLAY` and `WAYLAND_DISPLAY` are looked at.
 * @throws UserError `NO_DISPLAY`
 */
export async function requireDisplay(environment: NodeJS.ProcessEnv): Promise<void> {
  if (environment['WAYLAND_DISPLAY']) return;
  const display = environment['DISPLAY'];
  if (display && (await someoneAnswers(display))) return;
  throw new UserError('NO_DISPLAY', texts.noDisplay);
}

async function someoneAnswers(display: string): Promise<boolean> {
  for (const address of addressesOf(display)) {
    if (await canConnect(address)) return true;
  }
  return false;
}

/** Where the X server of `host:number.screen` listens: its two local sockets, or a port of its host. */
function addressesOf(display: string): NetConnectOpts[] {
  const [, host = '', number] = /^(.*):(\d+)(?:\.\d+)?$/.exec(display) ?? [];
  if (number === undefined) return [];
  if (host !== '' && host !== 'unix') return [{ host, port: 6000 + Number(number) }];
  const path = `/tmp/.X11-unix/X${number}`;
  return [{ path: `\0${path}` }, { path }];
}

function canConnect(address: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ ...address, timeout: 3000 });
    const answer = (connected: boolean): void => {
      socket.destroy();
      resolve(connected);
    };
    socket.on('connect', () => answer(true));
    socket.on('error', () => answer(false));
    socket.on('timeout', () => answer(false));
  });
}
