const jpegQuality = 0.8;

/**
 * The picture that the video shows now, at the video's own resolution.
 *
 * @param {HTMLVideoElement} video
 * @param {HTMLCanvasElement} canvas a canvas to draw on; resized to the frame
 * @returns {string | null} a JPEG data URL, or null while there is no picture yet
 */
export function grabFrame(video, canvas) {
  if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('no 2d context for the frame');
  context.drawImage(video, 0, 0);
  return canvas.toDataURL('image/jpeg', jpegQuality);
}
