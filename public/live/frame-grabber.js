/** The longest side of a frame that is sent, in pixels: a face as large as a hand is still found, and a frame has 30 kB. */
const longestSide = 640;
const jpegQuality = 0.8;

/**
 * Takes pictures from a video: one as large as the video, to be shown with what is found in it, and a smaller one to be sent.
 */
export class FrameGrabber {
  /** The picture last taken, as large as the video. */
  shown = document.createElement('canvas');
  #sent = document.createElement('canvas');
  #video;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  /**
   * @returns {HTMLCanvasElement | null} the smaller picture, valid until the next is taken; null while the video shows none
   */
  grab() {
    const { videoWidth, videoHeight, readyState } = this.#video;
    if (videoWidth === 0 || readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    draw(this.#video, this.shown, videoWidth, videoHeight);
    const scale = Math.min(1, longestSide / Math.max(videoWidth, videoHeight));
    draw(this.shown, this.#sent, Math.round(videoWidth * scale), Math.round(videoHeight * scale));
    return this.#sent;
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
export function jpegOf(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('the canvas gives no JPEG')) : resolve(blob)),
      'image/jpeg',
      jpegQuality,
    );
  });
}

/**
 * @param {CanvasImageSource} picture
 * @param {HTMLCanvasElement} canvas resized if need be
 * @param {number} width
 * @param {number} height
 */
function draw(picture, canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('no 2d context for the frame');
  context.drawImage(picture, 0, 0, width, height);
}
