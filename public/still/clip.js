import { HeldFace } from '../live/faces.js';
import { FrameGrabber } from '../live/frame-grabber.js';
import { sampleOf } from '../live/sample.js';
import { Recorder } from '../session/recorder.js';

/** @typedef {import('../live/channel.js').LiveChannel} LiveChannel */
/** @typedef {import('../session/cells.js').Cell} Cell */
/** @typedef {import('../session/recorder.js').Sample} Sample */

/** Frames a second of the clip that are read. */
const perSecond = 5;
/** Longer clips are read up to here, as the longest recording. */
export const longestClip = 120;
/** A browser that has not opened a file, or found a frame of it, after this time cannot. */
const patienceMs = 15_000;

/** @typedef {{ cells: Cell[], samples: Sample[], length: number, cut: boolean }} ReadClip `cut`: it was longer than that */

/**
 * Reads a clip frame by frame, as fast as the server answers, in the time of the clip.
 *
 * @param {Blob} file
 * @param {Pick<LiveChannel, 'ask'>} channel
 * @param {(share: number) => void} onProgress 0 … 1
 * @param {AbortSignal} signal
 * @returns {Promise<ReadClip | null>} null if the browser cannot play it
 * @throws {ServerError | UnreachableError} or an `AbortError`
 */
export async function readClip(file, channel, onProgress, signal) {
  const video = document.createElement('video');
  const address = URL.createObjectURL(file);
  try {
    Object.assign(video, { muted: true, playsInline: true, preload: 'auto', src: address });
    if (!(await happens(video, 'loadeddata')) || !Number.isFinite(video.duration)) return null;
    return await readFrames(video, channel, onProgress, signal);
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(address);
  }
}

/**
 * @param {HTMLVideoElement} video
 * @param {Pick<LiveChannel, 'ask'>} channel
 * @param {(share: number) => void} onProgress
 * @param {AbortSignal} signal
 */
async function readFrames(video, channel, onProgress, signal) {
  const length = Math.max(1, Math.round(Math.min(video.duration, longestClip)));
  const recorder = new Recorder(length, 0);
  const grabber = new FrameGrabber(video);
  const held = new HeldFace();
  const frames = Math.floor(Math.min(video.duration, length) * perSecond);
  for (let i = 0; i < frames; i += 1) {
    signal.throwIfAborted();
    const seconds = (i + 0.5) / perSecond;
    video.currentTime = seconds;
    if (!(await happens(video, 'seeked'))) return null;
    const frame = grabber.grab();
    if (frame === null) continue;
    const { faces } = await channel.ask(frame, signal);
    recorder.add(sampleOf(held.pick(faces, seconds * 1000, true), seconds * 1000));
    onProgress((i + 1) / frames);
  }
  return { ...recorder.finish(length * 1000), length, cut: video.duration > longestClip + 1 };
}

/**
 * @param {HTMLVideoElement} video
 * @param {'loadeddata' | 'seeked'} type
 * @returns {Promise<boolean>} false if the browser cannot
 */
function happens(video, type) {
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ happened) => {
      clearTimeout(timer);
      video.removeEventListener(type, done);
      video.removeEventListener('error', failed);
      resolve(happened);
    };
    const done = () => end(true);
    const failed = () => end(false);
    const timer = setTimeout(failed, patienceMs);
    video.addEventListener(type, done);
    video.addEventListener('error', failed);
  });
}
